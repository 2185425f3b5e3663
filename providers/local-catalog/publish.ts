import { lstat, mkdir, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FleetError } from "#model/errors";
import type { BuildRecord } from "#model/release";
import { moveIfAbsent, writeDurably } from "#store/durable";
import { ifPresent } from "#store/errors";
import { requirePlainName, requireRelease } from "#store/names";
import type { Store } from "#store/store";
import { Progress } from "#providers/shared/progress";
import { actionOf, copyDisk } from "#providers/local-catalog/copy-disk";
import { diskFault } from "#providers/local-catalog/inspect";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { diskName, diskPath, markerName, releasePath, reservedNames, sumsLine, sumsName } from "#providers/local-catalog/layout";
import { markerText, readMarker, type Marker } from "#providers/local-catalog/marker";
import { reindex } from "#providers/local-catalog/reindex";
import { moveOver, publicMode, sweepStaging, withStaging, writeAtomically } from "#providers/local-catalog/staging";

export interface Publication {
  /** The catalog's directory. */
  readonly root: string;
  readonly inputs: CatalogInputs;
  readonly claim: string;
  /** What the state says was published there by this resource, if anything: that may be repaired and replaced. */
  readonly before?: CatalogInputs;
  readonly store: Store;
}

const swept = new Set<string>();

/**
 * Makes the catalog hold a release: new, adopted as it is, or repaired file by file. Whatever dies or fails on the way, a
 * reader sees a whole release or none, and doing it again completes it.
 */
export async function publish(publication: Publication): Promise<void> {
  const { root, inputs } = publication;
  requireRelease(inputs);
  if (reservedNames.includes(inputs.image)) throw new FleetError({ action: actionOf(inputs), place: inputs.path, cause: `${inputs.image} is the name of the catalog's own directory`, hint: "give the image another name" });
  requirePlainName("name of an image", inputs.image);
  await mkdir(root, { recursive: true });
  await sweepOnce(root);
  const progress = new Progress(`${inputs.site}/${inputs.image}`);
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
  const dir = join(root, releasePath(inputs));
  // Another process may place it between our look and our rename: then there is something to adopt.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const names = await ifPresent(readdir(dir));
    if (names !== undefined && names.length > 0) return adopt(publication, progress);
    if (await placeNew(publication, progress)) return progress.done(`published ${inputs.version}`);
  }
  throw new FleetError({ action: actionOf(inputs), place: inputs.path, cause: "others keep changing that directory", hint: "let the other runs end, then run `pulumi up` again" });
}

async function placeNew({ root, inputs, claim, store }: Publication, progress: Progress): Promise<boolean> {
  const { source, record } = await fromStore(store, inputs);
  return withStaging(root, actionOf(inputs), async (staged) => {
    await copyDisk(source, staged, inputs, progress);
    await writeDurably(join(staged, sumsName), sumsLine(inputs.sha256, diskName(inputs)), publicMode);
    await writeDurably(join(staged, markerName), markerText(markerOf(inputs, claim, record)), publicMode);
    const dir = join(root, releasePath(inputs));
    await mkdir(dirname(dir), { recursive: true });
    return moveIfAbsent(staged, dir);
  });
}

/** Takes over what is there if it is this release or was published by this resource, and mends what is wrong with it. */
async function adopt({ root, inputs, claim, before, store }: Publication, progress: Progress): Promise<void> {
  const marker = await readMarker(join(root, releasePath(inputs)));
  const fault = await diskFault(root, inputs, { deep: false });
  await refuseForeign(inputs, marker, before, fault);
  let record: BuildRecord | undefined;
  if (fault) {
    const found = await fromStore(store, inputs);
    record = found.record;
    await withStaging(root, actionOf(inputs), async (dir) => moveOver(await copyDisk(found.source, dir, inputs, progress), join(root, diskPath(inputs))));
    progress.done(`repaired ${inputs.version}: ${fault}`);
  }
  await mend(root, join(releasePath(inputs), sumsName), sumsLine(inputs.sha256, diskName(inputs)));
  if (isSame(marker, inputs, claim)) return;
  record ??= await store.record(inputs, "build");
  await mend(root, join(releasePath(inputs), markerName), markerText(markerOf(inputs, claim, record, marker)));
}

async function refuseForeign(inputs: CatalogInputs, marker: Marker | "unreadable" | undefined, before: CatalogInputs | undefined, fault: string | undefined): Promise<void> {
  const refuse = (cause: string): never => {
    throw new FleetError({ action: actionOf(inputs), place: `${inputs.path}/${releasePath(inputs)}`, cause, hint: "move that directory away if nobody uses it, then run `pulumi up` again; a version never changes its bytes" });
  };
  if (marker === undefined || marker === "unreadable") {
    if (!before && fault) refuse("a directory of that name that imagefleet did not make is there already");
    return;
  }
  const ours = [inputs, before].filter((one) => one !== undefined);
  if (!ours.some(({ key }) => key === marker.key)) refuse(`another build has that version there: its key is ${marker.key}, not ${inputs.key}`);
  if (!ours.some(({ sha256 }) => sha256 === marker.disk.sha256)) refuse(`the same build has other bytes there: SHA-256 ${marker.disk.sha256}, not ${inputs.sha256}`);
}

async function fromStore(store: Store, inputs: CatalogInputs): Promise<{ source: string; record: BuildRecord }> {
  const record = await store.record<BuildRecord>(inputs, "build");
  const refuse = (cause: string): FleetError => new FleetError({ action: actionOf(inputs), place: store.location, cause, hint: `npm run store -- show ${inputs.image}@${inputs.version}` });
  if (!record) throw refuse("the store has no such release");
  if (record.key !== inputs.key) throw refuse(`the store's release has the build key ${record.key}, not ${inputs.key}`);
  if (record.disk.sha256 !== inputs.sha256) throw refuse(`the store's disk has SHA-256 ${record.disk.sha256}, not ${inputs.sha256}`);
  return { source: await store.open(inputs, "build", record.disk.name), record };
}

/** From the store's record, else from what an earlier marker knew. */
function markerOf(inputs: CatalogInputs, claim: string, record: BuildRecord | undefined, old?: Marker | "unreadable"): Marker {
  const { image, version, key, site, sha256, bytes } = inputs;
  const known = typeof old === "object" ? old : undefined;
  const virtualBytes = record?.disk.virtualBytes ?? known?.disk.virtualBytes ?? bytes;
  return { schemaVersion: 1, image, version, key, site, claim, publishedAt: known?.publishedAt ?? new Date().toISOString(), disk: { name: diskName(inputs), format: "qcow2", sha256, bytes, virtualBytes }, os: record?.os ?? known?.os };
}

function isSame(marker: Marker | "unreadable" | undefined, { key, site, sha256, bytes }: CatalogInputs, claim: string): boolean {
  return typeof marker === "object" && marker.key === key && marker.site === site && marker.claim === claim && marker.disk.sha256 === sha256 && marker.disk.bytes === bytes;
}

async function mend(root: string, path: string, text: string): Promise<void> {
  const file = await lstat(join(root, path)).catch(() => undefined);
  if (file?.isFile() && (await readFile(join(root, path), "utf8")) === text) return;
  await writeAtomically(root, path, text);
}
