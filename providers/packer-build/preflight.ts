import { readFile, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import { freeSpaceHint } from "#providers/shared/hints";
import { missingPrograms } from "#providers/shared/missing-programs";

export interface PreflightRequest {
  readonly image: string;
  /** Where the build writes; it need not exist yet. */
  readonly dir: string;
  readonly needBytes: number;
  readonly needMemoryMiB: number;
  /** Programs that must be on PATH. */
  readonly tools: readonly string[];
}

interface Problem {
  readonly cause: string;
  readonly hint: string;
}

const mib = 1024 * 1024;

/**
 * Looks whether this machine has what a build needs, before it costs anybody minutes.
 * @throws FleetError with everything that is missing at once.
 */
export async function preflight(request: PreflightRequest): Promise<void> {
  const problems = (await Promise.all([missingPrograms(request.tools), diskShortage(request), memoryShortage(request)])).filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new FleetError({
    action: `build ${request.image}`,
    place: request.dir,
    cause: problems.map(({ cause }) => cause).join("; "),
    hint: problems.map(({ hint }) => hint).join("; "),
  });
}

async function diskShortage({ dir, needBytes }: PreflightRequest): Promise<Problem | undefined> {
  const { bavail, bsize } = await statfsNearest(dir);
  const free = bavail * bsize;
  if (free >= needBytes) return undefined;
  return { cause: `${prettyBytes(free)} of disk space are free where about ${prettyBytes(needBytes)} are needed`, hint: freeSpaceHint };
}

/** Of the directory, or of the nearest one above that exists. */
async function statfsNearest(dir: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dir === dirname(dir)) throw error;
    return statfsNearest(dirname(dir));
  }
}

async function memoryShortage({ image, needMemoryMiB }: PreflightRequest): Promise<Problem | undefined> {
  const available = availableMemory(await readFile("/proc/meminfo", "utf8").catch(() => ""));
  if (available === undefined || available >= needMemoryMiB * mib) return undefined;
  return {
    cause: `${Math.floor(available / mib)} MiB of memory are available where the guest needs ${needMemoryMiB} MiB`,
    hint: `wait for other builds, or lower imagefleet:images.${image}.resources.memory`,
  };
}

/** Bytes that can be had without swapping, as the kernel estimates it. */
export function availableMemory(meminfo: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
