import { FleetError } from "#model/errors";
import { artifactName, parseFormat, type Format, type FormatKind } from "#model/format";
import { releaseName, type BuildRecord, type FormatRecord, type ReleaseId } from "#model/release";
import { errorCode } from "#store/errors";
import type { GroupName, Staging, Store } from "#store/store";
import { sealGroup } from "#providers/seal/seal-group";
import { sealFiles } from "#providers/seal/seal-names";
import type { SigningKey } from "#providers/seal/signing-key";
import { admitted } from "#providers/shared/admission";
import { freeSpaceHint } from "#providers/shared/hints";
import { Progress } from "#providers/shared/progress";
import { compareWithDisk } from "#providers/disk-format/compare-with-disk";
import { withDiskSource, type DiskSource } from "#providers/disk-format/disk-source";
import type { FormatJob, FormatWriter, Written } from "#providers/disk-format/format-writer";
import { formatWriters } from "#providers/disk-format/formats";
import { programVersions } from "#providers/disk-format/program-versions";
import { checkRequirements } from "#providers/disk-format/requirements";

/** A format that a release is to have. */
export interface FormatOrder {
  readonly id: ReleaseId;
  readonly build: BuildRecord;
  /** Its name. */
  readonly format: string;
  readonly store: Store;
  readonly signal: AbortSignal;
  /** @param action What the key is wanted for. */
  signingKey(action: string): Promise<SigningKey>;
}

/** Formats that only copy. */
const copies: ReadonlySet<FormatKind> = new Set<FormatKind>(["raw", "vhd", "vhdx"]);
/** Threads that a format which compresses runs at most: as one of few it is done sooner than as one of many. */
const mostThreads = 16;
const memoryMiB = 512;

/**
 * Writes one format of a release, compares it with the disk, seals it and stores it: whole, or nothing of it. Where another
 * run was first, its group is the result.
 */
export async function writeFormat(order: FormatOrder): Promise<FormatRecord> {
  const { id, store, build, signal } = order;
  const action = `convert ${releaseName(id)} to ${order.format}`;
  const format = parseFormat(order.format);
  const load = format && formatWriters[format.kind];
  if (!format || !load) throw new FleetError({ action, cause: "there is no such format", hint: `one of ${Object.keys(formatWriters).join(", ")}` });
  await requirePassed(store, id, action);
  // Found missing now rather than after minutes of work.
  const key = await order.signingKey(`seal ${releaseName(id)}`);
  const writer = await load();
  const onWait = () => console.log(`[${id.image}/${format.name}] waiting for free cores and memory`);
  return withDiskSource(store, build, signal, (source) =>
    admitted({ cpus: copies.has(format.kind) ? 1 : mostThreads, memoryMiB }, onWait, () => inStaging({ order, action, format, writer, source, key })));
}

async function requirePassed(store: Store, id: ReleaseId, action: string): Promise<void> {
  const groups = await store.groups(id);
  if (groups.some((group) => group.startsWith("gates/"))) return;
  throw new FleetError({ action, place: store.location, cause: "the release has not passed its gates", hint: "run `npm run up`: it inspects a release before it converts it" });
}

interface Conversion {
  readonly order: FormatOrder;
  readonly action: string;
  readonly format: Format;
  readonly writer: FormatWriter;
  readonly source: DiskSource;
  readonly key: SigningKey;
}

async function inStaging(conversion: Conversion): Promise<FormatRecord> {
  const { order: { id, store }, action, format } = conversion;
  const progress = new Progress(`${id.image}/${format.name}`);
  const staging = await store.stage(action);
  try {
    return await convert(conversion, staging, progress);
  } catch (error) {
    throw explained(error, conversion);
  } finally {
    progress.stop();
    await staging.abandon();
  }
}

async function convert(conversion: Conversion, staging: Staging, progress: Progress): Promise<FormatRecord> {
  const { order: { id, build, store, signal }, action, format, writer, source, key } = conversion;
  const startedAt = new Date().toISOString();
  const { image, version } = id;
  const job: FormatJob = {
    image, version, format, build, diskFile: source.diskFile, map: source.map, tree: source.tree, dir: staging.dir, artifact: artifactName(id, format), progress, signal,
  };
  await checkRequirements(writer, job, action);
  progress.begin("write");
  const written = await writer.write(job);
  signal.throwIfAborted();
  progress.begin("compare and hash");
  const names = [job.artifact, ...(written.extra ?? [])];
  const [artifacts] = await bothDone(staging.digest(names), compareWithDisk(source.diskFile, `${staging.dir}/${job.artifact}`, written.readable, { action, signal }));
  progress.begin("seal");
  const record = {
    schemaVersion: 1, image, version, format: format.name, artifact: artifacts.find(({ name }) => name === job.artifact)!, source: { name: build.disk.name, sha256: build.disk.sha256 },
    startedAt, finishedAt: new Date().toISOString(), steps: [...progress.steps], tools: { ...(await programVersions([...new Set(["qemu-img", ...writer.needs])])), node: process.versions.node }, facts: factsOf(written),
  } as const;
  const group: GroupName = `formats/${format.name}`;
  const seal = await sealGroup({ id, group, dir: staging.dir, artifacts, build, record, key });
  signal.throwIfAborted();
  const outcome = await staging.commit<FormatRecord>(id, group, [...artifacts, ...sealFiles], (all) => ({ ...record, artifacts: all, seal }));
  progress.done(outcome === "stored" ? `stored and sealed ${job.artifact}` : `adopted ${job.artifact}, which another run stored first`);
  const stored = await store.record<FormatRecord>(id, group);
  if (stored) return stored;
  throw new FleetError({ action, place: store.location, cause: "the release was removed meanwhile", hint: "run `npm run up` again" });
}

function factsOf({ facts, readable }: Written): Record<string, string | number> {
  return { ...facts, compared: readable.kind === "disk" ? "qemu-img compare" : readable.how };
}

/** Waits for both even if one fails: none may work on in a directory that is being removed. */
async function bothDone<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** What a writer throws that is no FleetError is the system's word, or the interrupt's. */
function explained(error: unknown, { order: { signal, store }, action }: Conversion): unknown {
  if (error instanceof FleetError) return error;
  const place = store.location;
  const text = error instanceof Error ? error.message : String(error);
  if (signal.aborted) return new FleetError({ action, place, cause: "interrupted", hint: "run `npm run up` again" }, { cause: error });
  const full = ["ENOSPC", "EDQUOT"].includes(errorCode(error) ?? "") || /\bENOSPC\b/.test(text);
  return new FleetError({ action, place, cause: full ? `no space is left on the device (${text})` : text, ...(full && { hint: freeSpaceHint }) }, { cause: error });
}
