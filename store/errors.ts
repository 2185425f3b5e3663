import { FleetError } from "#model/errors";
import type { FaultText } from "#model/errors";
import type { Fault } from "./store.ts";

/** A failure of the store. `faults` says which stored files are damaged, when that is the cause. */
export class StoreError extends FleetError {
  readonly faults: readonly Fault[];
  constructor(fault: FaultText, options: ErrorOptions & { faults?: readonly Fault[] } = {}) {
    super(fault, options);
    this.name = "StoreError";
    this.faults = options.faults ?? [];
  }
}

/** A release is not removed, since somebody needs it. */
export class NeededError extends StoreError {}

const causes: Record<string, { cause: string; hint: string }> = {
  ENOSPC: { cause: "no space is left on the device", hint: "free some space, or remove releases that nobody holds: npm run store -- rm <image>@<version>" },
  EDQUOT: { cause: "the disk quota is used up", hint: "free some space, or remove releases that nobody holds: npm run store -- rm <image>@<version>" },
  EACCES: { cause: "permission denied", hint: "give this user read and write access to the store, or name another one in imagefleet:store" },
  EPERM: { cause: "operation not permitted", hint: "the store needs a file system with hard links and POSIX permissions: name another directory in imagefleet:store" },
  EROFS: { cause: "the file system is mounted read-only", hint: "mount it writable, or name another directory in imagefleet:store" },
  EOPNOTSUPP: { cause: "the file system lacks an operation that the store needs", hint: "put the store on a local file system or NFS: imagefleet:store" },
  ENOTDIR: { cause: "a part of the path is not a directory", hint: "name a directory in imagefleet:store" },
  EIO: { cause: "the disk reports an input/output error", hint: "check the disk (dmesg), then: npm run store -- verify --deep" },
};

/** Runs one verb of the store; what the operating system says becomes a `StoreError` that names verb, place and remedy. */
export async function guarded<T>(action: string, place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const known = causes[errorCode(error) ?? ""];
    const text = error instanceof Error ? error.message : String(error);
    throw new StoreError({ action, place, cause: known ? `${known.cause} (${text})` : text, hint: known?.hint }, { cause: error });
  }
}

/** The system's error code, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Value of a promise, or `undefined` when a file or directory is not there. */
export async function ifPresent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
