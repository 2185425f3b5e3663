import { lstat, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FleetError } from "#model/errors";
import type { SealConfig } from "#model/gates";
import type { Artifact } from "#model/release";
import { moveIfAbsent, writeDurably } from "#store/durable";
import { ifPresent } from "#store/errors";
import { requirePlainName, requireRelease } from "#store/names";
import type { Store } from "#store/store";
import { VerifiedCache } from "#store/verified-cache";
import { Progress } from "#providers/shared/progress";
import { cacheDir } from "#providers/shared/project";
import { actionOf, copyFile, type CopiedFile } from "#providers/local-catalog/copy-file";
import { artifactFault, fileFault } from "#providers/local-catalog/inspect";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { formatPath, markerName, recordName, reservedNames } from "#providers/local-catalog/layout";
import { describes, markerText, readMarker, type Marker } from "#providers/local-catalog/marker";
import { reindex } from "#providers/local-catalog/reindex";
import { sealedSource, type SealedSource } from "#providers/local-catalog/sealed-source";
import { moveOver, publicMode, sweepStaging, withStaging, writeAtomically } from "#providers/local-catalog/staging";

export interface Publication {
  /** The catalog's directory. */
  readonly root: string;
  readonly inputs: CatalogInputs;
  readonly claim: string;
  /** What the state says was published there by this resource, if anything: that may be repaired and replaced. */
  readonly before?: CatalogInputs;
  readonly store: Store;
  /** Whose seals are published. */
  readonly seal: SealConfig;
}

const swept = new Set<string>();

/**
 * Makes the catalog hold a sealed format with its seal: new, adopted as it is, or repaired file by file. Whatever dies or
 * fails on the way, a reader sees a whole format or none, and doing it again completes it.
 */
export async function publish(publication: Publication): Promise<void> {
  const { root, inputs } = publication;
  requireRelease(inputs);
  if (reservedNames.includes(inputs.image)) throw new FleetError({ action: actionOf(inputs), place: inputs.path, cause: `${inputs.image} is the name of the catalog's own directory`, hint: "give the image another name" });
  requirePlainName("name of an image", inputs.image);
  await mkdir(root, { recursive: true });
  await sweepOnce(root);
  const progress = new Progress(`${inputs.site}/${inputs.image}/${inputs.format}`);
  try {
    await place(publication, progress);
    await reindex(root);
  } finally {
    progress.stop();
  }
}

async function sweepOnce(root: string): Promise<void> {
  if (swept.has(root)) return;
  swept.add(root);
  await sweepStaging(root);
}

async function place(publication: Publication, progress: Progress): Promise<void> {
  const { root, inputs } = publication;
  const dir = join(root, formatPath(inputs));
  // Another process may place it between our look and our rename: then there is something to adopt.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const names = await ifPresent(readdir(dir));
    if (names !== undefined && names.length > 0) return adopt(publication, progress);
    if (await placeNew(publication, progress)) return progress.done(`published ${inputs.version}`);
  }
  throw new FleetError({ action: actionOf(inputs), place: inputs.path, cause: "others keep changing that directory", hint: "let the other runs end, then run `pulumi up` again" });
}

async function placeNew({ root, inputs, claim, store, seal }: Publication, progress: Progress): Promise<boolean> {
  const source = await sealedSource(store, inputs, seal);
  return withStaging(root, actionOf(inputs), async (staged) => {
    const brought = new Map<Artifact, CopiedFile>();
    for (const file of [source.record.artifact, ...source.documents]) brought.set(file, await bring(source, staged, file, inputs, progress));
    await writeDurably(join(staged, markerName), markerText(markerOf(inputs, claim, source)), publicMode);
    const dir = join(root, formatPath(inputs));
    await mkdir(dirname(dir), { recursive: true });
    const won = await moveIfAbsent(staged, dir);
    if (won) await rememberAll(dir, brought);
    return won;
  });
}

/** The next refresh need not read what was just verified. */
async function rememberAll(dir: string, brought: ReadonlyMap<Artifact, CopiedFile>): Promise<void> {
  const verified = new VerifiedCache(cacheDir());
  for (const [{ name, sha256 }, { identity }] of brought) if (identity) await verified.remember(join(dir, name), identity, sha256);
}

async function bring(source: SealedSource, dir: string, file: Artifact, inputs: CatalogInputs, progress: Progress): Promise<CopiedFile> {
  if (file.name !== recordName) return copyFile(await source.open(file.name), dir, file, inputs, progress);
  await writeDurably(join(dir, recordName), source.recordText, publicMode);
  return { path: join(dir, recordName) };
}

/** Takes over what is there if it is this format or was published by this resource, and mends what is wrong with it. */
async function adopt(publication: Publication, progress: Progress): Promise<void> {
  const { root, inputs, claim, before, store, seal } = publication;
  const dir = join(root, formatPath(inputs));
  const marker = await readMarker(dir);
  const fault = await artifactFault(root, inputs, { deep: false });
  refuseForeign(inputs, marker, before, fault);
  if (!fault && typeof marker === "object" && describes(marker, inputs) && !(await anyFault(dir, marker.documents))) {
    if (marker.claim !== claim || marker.site !== inputs.site || marker.url !== inputs.url) await writeMarker(publication, { ...marker, claim, site: inputs.site, url: inputs.url });
    return;
  }
  const source = await sealedSource(store, inputs, seal);
  for (const file of [source.record.artifact, ...source.documents]) {
    const wrong = await fileFault(dir, file, { deep: false });
    if (!wrong) continue;
    await withStaging(root, actionOf(inputs), async (staged) => moveOver((await bring(source, staged, file, inputs, progress)).path, join(dir, file.name)));
    progress.done(`repaired ${inputs.version}: ${wrong}`);
  }
  await writeMarker(publication, markerOf(inputs, claim, source, marker));
}

async function anyFault(dir: string, files: readonly Artifact[]): Promise<boolean> {
  const faults = await Promise.all(files.map((file) => fileFault(dir, file, { deep: false })));
  return faults.some((fault) => fault !== undefined);
}

async function writeMarker({ root, inputs }: Publication, marker: Marker): Promise<void> {
  const path = join(formatPath(inputs), markerName);
  const there = await readMarker(join(root, formatPath(inputs)));
  const regular = (await lstat(join(root, path)).catch(() => undefined))?.isFile() === true;
  if (regular && typeof there === "object" && markerText(there) === markerText(marker)) return;
  await writeAtomically(root, path, markerText(marker));
}

function refuseForeign(inputs: CatalogInputs, marker: Marker | "unreadable" | undefined, before: CatalogInputs | undefined, fault: string | undefined): void {
  const refuse = (cause: string): never => {
    throw new FleetError({ action: actionOf(inputs), place: `${inputs.path}/${formatPath(inputs)}`, cause, hint: "move that directory away if nobody uses it, then run `pulumi up` again; a version never changes its bytes" });
  };
  if (marker === undefined || marker === "unreadable") {
    if (!before && fault) refuse("a directory of that name that imagefleet did not make is there already");
    return;
  }
  const ours = [inputs, before].filter((one) => one !== undefined);
  if (!ours.some(({ key }) => key === marker.key)) refuse(`another build has that version there: its key is ${marker.key}, not ${inputs.key}`);
  if (!ours.some(({ sha256 }) => sha256 === marker.artifact.sha256)) refuse(`the same build has other bytes there: SHA-256 ${marker.artifact.sha256}, not ${inputs.sha256}`);
}

function markerOf({ image, version, format, key, site, url }: CatalogInputs, claim: string, { build, record, documents }: SealedSource, old?: Marker | "unreadable"): Marker {
  const publishedAt = typeof old === "object" ? old.publishedAt : new Date().toISOString();
  const { family, release, arch } = build.os ?? {};
  const os = family && release && arch ? { family, release, arch } : undefined;
  return { schemaVersion: 2, image, version, format, key, site, claim, publishedAt, artifact: record.artifact, documents: [...documents], virtualBytes: build.disk.virtualBytes, os, url };
}
