import { releaseName, type BuildRecord, type ReleaseId } from "#model/release";
import type { StoreNeeds, StoreRelease } from "#model/store-retention";
import { StoreError } from "./errors.ts";
import { isRemoved } from "./is-removed.ts";
import { needDocuments, stackOf } from "./needs-documents.ts";
import type { DocumentName, Store } from "./store.ts";

/** What has been read of releases: neither a build's record nor that it passed changes, so it is read once. */
export type KnownReleases = Map<string, StoreRelease>;

export interface FoundNeeds {
  readonly needs: StoreNeeds;
  /** Where the store notes when sites were seen with releases, those of releases that are gone included. */
  readonly publications: readonly (ReleaseId & { readonly name: DocumentName; readonly stack: string })[];
  /** What can't be read, or is not what it should be: as long as there is any, nobody knows who needs what. */
  readonly faults: readonly StoreError[];
}

/** Reads who needs what of a store. */
export async function readNeeds(store: Store, known: KnownReleases = new Map()): Promise<FoundNeeds> {
  const faults: StoreError[] = [];
  // Uses first: one that ends while we read may have left a release that is layered on what it used.
  const uses = await store.uses();
  const [holds, channels, requests, revocations, publications] = [
    await store.holds(), await needDocuments(store, "channels", faults), await needDocuments(store, "requests", faults),
    await needDocuments(store, "revocations", faults), await needDocuments(store, "publications", faults),
  ];
  const releases = await readReleases(store, known, faults);
  const needs: StoreNeeds = {
    uses, holds, releases,
    channels: channels.map(({ value }) => value),
    requests: requests.map(({ name, value: { image, version } }) => ({ image, version, stack: stackOf(name) })),
    revocations: revocations.map(({ value }) => value),
    publications: publications.map(({ value: { image, version, registeredAt, sites } }) => ({ image, version, at: latest([registeredAt, ...Object.values(sites).map(({ verifiedAt }) => verifiedAt)]) })),
  };
  return { needs, faults, publications: publications.map(({ name, value: { image, version } }) => ({ image, version, name, stack: stackOf(name) })) };
}

async function readReleases(store: Store, known: KnownReleases, faults: StoreError[]): Promise<StoreRelease[]> {
  const found: StoreRelease[] = [];
  for (const image of await store.images()) {
    const [taken, buried] = [await store.taken(image), await store.tombstones(image)];
    const gone = new Set(buried.map(({ version }) => version));
    for (const version of taken.filter((one) => !gone.has(one))) {
      const release = await readRelease(store, { image, version }, known, faults);
      if (release) found.push(release);
    }
  }
  return found;
}

/** A release; undefined where it is gone meanwhile, or has no sound record, which is a fault. */
async function readRelease(store: Store, id: ReleaseId, known: KnownReleases, faults: StoreError[]): Promise<StoreRelease | undefined> {
  const before = known.get(releaseName(id));
  if (before?.passed) return before;
  try {
    const record = await store.record<BuildRecord>(id, "build");
    const problem = record ? problemOf(record) : "it has lost its record";
    if (problem === undefined && record) return remember(known, { ...id, finishedAt: record.finishedAt, passed: await hasPassed(store, id), ...(record.parent && { parent: record.parent }) });
    if (await isRemoved(store, id)) return undefined;
    throw new StoreError({ action: `read ${releaseName(id)}`, place: store.location, cause: problem ?? "", hint: `set it aside: npm run store -- verify --quarantine ${releaseName(id)}` });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    faults.push(error);
    return undefined;
  }
}

function remember(known: KnownReleases, release: StoreRelease): StoreRelease {
  known.set(releaseName(release), release);
  return release;
}

function problemOf({ finishedAt, parent }: BuildRecord): string | undefined {
  if (Number.isNaN(Date.parse(finishedAt))) return "its record does not say when it was built";
  return parent && !(typeof parent.image === "string" && typeof parent.version === "string") ? "its record does not say what it is layered on" : undefined;
}

async function hasPassed(store: Store, id: ReleaseId): Promise<boolean> {
  return (await store.groups(id)).some((group) => group.startsWith("gates/"));
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}
