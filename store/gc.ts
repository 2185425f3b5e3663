import { ageInDays, daysText } from "#model/age";
import { releaseName, type GateRecord, type ReleaseId } from "#model/release";
import { removalOrder, storeRetention, type StoreRules, type Verdict } from "#model/store-retention";
import { NeededError, StoreError } from "./errors.ts";
import { readNeeds, type FoundNeeds, type KnownReleases } from "./read-needs.ts";
import type { GroupName, Leftover, Store } from "./store.ts";

/** What becomes of something in a store, and why. */
export interface GcLine {
  readonly kind: "release" | "evidence" | "publication" | Leftover["kind"];
  readonly what: string;
  readonly goes: boolean;
  /** Allocated: what its removal gives back. */
  readonly bytes: number;
  readonly why: string;
}

export interface GcOptions extends StoreRules {
  /** Say the same, and remove nothing. */
  readonly dryRun: boolean;
}

/**
 * Removes from a store what nobody needs, each thing said once it is done. Whatever ends it, what is left is whole, and
 * the next one goes on; several at a time, and beside runs of any stack, take nothing from anybody.
 * @throws StoreError that names every document and record that can't be relied on; nothing has been removed then
 */
export async function* gc(store: Store, options: GcOptions): AsyncGenerator<GcLine> {
  const known: KnownReleases = new Map();
  const found = await soundNeeds(store, known, "nothing has been removed");
  const verdicts = storeRetention(found.needs, options).filter((verdict) => concerns(verdict, options));
  const before = new Date(options.now.getTime() - options.keepFor * 24 * 3600 * 1000);
  const [evidence, leftovers] = [await oldEvidence(store, verdicts, found, options), options.images ? [] : await store.leftovers(before)];
  for (const verdict of verdicts) if (verdict.stays) yield { ...(await lineOf(store, verdict)), goes: false };
  for (const verdict of removalOrder(verdicts, found.needs.releases)) yield await collect(store, verdict, options, known);
  yield* removeEvidence(store, evidence, options);
  yield* removePublications(store, publicationsOfNone(found, verdicts, options), options);
  yield* removeLeftovers(store, leftovers, before, options);
}

/** @throws StoreError that names every fault */
async function soundNeeds(store: Store, known: KnownReleases, outcome: string): Promise<FoundNeeds> {
  const found = await readNeeds(store, known);
  const [first] = found.faults;
  if (!first) return found;
  const causes = found.faults.map(({ fault: { action, place, cause } }) => `cannot ${action}${place && place !== store.location ? ` (${place})` : ""}: ${cause}`);
  const hint = found.faults.map(({ fault }) => fault.hint).find((text) => text !== undefined);
  throw new StoreError({ action: "tell what nobody needs", place: store.location, cause: `${causes.join("; ")}; ${outcome}`, hint }, { faults: found.faults.flatMap(({ faults }) => faults) });
}

/** Removes a release, unless somebody has come to need it since it was judged. */
async function collect(store: Store, verdict: Verdict, options: GcOptions, known: KnownReleases): Promise<GcLine> {
  const line = await lineOf(store, verdict);
  if (options.dryRun) return line;
  const stillNeeded = async () => {
    const { needs } = await soundNeeds(store, known, `${releaseName(verdict)} stays, and what was to go after it`);
    const now = storeRetention(needs, options).find((one) => releaseName(one) === releaseName(verdict));
    return now?.stays ? now.why.join("; ") : undefined;
  };
  try {
    const outcome = await store.remove(verdict, `nobody needed it: ${verdict.why.join("; ")}`, stillNeeded);
    return outcome === "removed" ? line : { ...line, bytes: 0, why: "another process has removed it meanwhile" };
  } catch (error) {
    if (!(error instanceof NeededError)) throw error;
    return { ...line, goes: false, why: `needed meanwhile: ${error.fault.cause}` };
  }
}

async function lineOf(store: Store, verdict: Verdict): Promise<GcLine> {
  return { kind: "release", what: releaseName(verdict), goes: !verdict.stays, bytes: await store.bytes(verdict), why: verdict.why.join("; ") };
}

interface Evidence {
  readonly id: ReleaseId;
  readonly group: `failures/${string}`;
  readonly line: GcLine;
}

/** Of releases that stay, why they failed long ago; that of the last failure stays as long as it is why they have not passed. */
async function oldEvidence(store: Store, verdicts: readonly Verdict[], { needs }: FoundNeeds, { keepFor, now }: GcOptions): Promise<Evidence[]> {
  const old: Evidence[] = [];
  for (const { image, version } of verdicts.filter(({ stays }) => stays)) {
    const id = { image, version };
    const failures = await failuresOf(store, id);
    const passed = needs.releases.some((release) => release.passed && releaseName(release) === releaseName(id));
    for (const { group, finishedAt } of passed ? failures : failures.slice(0, -1)) {
      const age = ageInDays(finishedAt, now);
      if (age >= keepFor) old.push({ id, group, line: { kind: "evidence", what: `${releaseName(id)} ${group}`, goes: true, bytes: await store.bytes(id, group), why: `failed ${daysText(age)} ago (--keep-for ${keepFor}d), ${passed ? "and it has passed since" : "and has failed again since"}` } });
    }
  }
  return old;
}

/** Oldest first; those that say when. */
async function failuresOf(store: Store, id: ReleaseId): Promise<{ group: `failures/${string}`; finishedAt: string }[]> {
  const groups = (await store.groups(id)).filter((group): group is GroupName & `failures/${string}` => group.startsWith("failures/"));
  const failures = await Promise.all(groups.map(async (group) => ({ group, finishedAt: (await store.record<GateRecord>(id, group))?.finishedAt ?? "" })));
  return failures.filter(({ finishedAt }) => !Number.isNaN(Date.parse(finishedAt))).sort((a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt));
}

async function* removeEvidence(store: Store, evidence: readonly Evidence[], { dryRun }: GcOptions): AsyncGenerator<GcLine> {
  for (const { id, group, line } of evidence) {
    if (!dryRun) await store.removeEvidence(id, group);
    yield line;
  }
}

type Publication = FoundNeeds["publications"][number];

/** Notes of when sites got a release that is gone, or goes now, by stacks that do not hold it. */
function publicationsOfNone({ needs, publications }: FoundNeeds, verdicts: readonly Verdict[], options: GcOptions): Publication[] {
  const going = new Set(verdicts.filter(({ stays }) => !stays).map(releaseName));
  const staying = new Set(needs.releases.map(releaseName).filter((name) => !going.has(name)));
  const held = new Set(needs.holds.map((hold) => `${hold.project}/${hold.stack}/${releaseName(hold)}`));
  return publications.filter((one) => concerns(one, options) && !staying.has(releaseName(one)) && !held.has(`${one.stack}/${releaseName(one)}`));
}

async function* removePublications(store: Store, publications: readonly Publication[], { dryRun }: GcOptions): AsyncGenerator<GcLine> {
  for (const { name, ...id } of publications) {
    if (!dryRun && (await isThere(store, id))) continue;
    if (!dryRun) await store.removeDocument(name);
    yield { kind: "publication", what: name, goes: true, bytes: 0, why: "its release is not in the store any more" };
  }
}

async function isThere(store: Store, id: ReleaseId): Promise<boolean> {
  return (await store.versions(id.image)).includes(id.version);
}

async function* removeLeftovers(store: Store, leftovers: readonly Leftover[], before: Date, { dryRun, keepFor, now }: GcOptions): AsyncGenerator<GcLine> {
  const lines = leftovers.map(({ since, place: _, ...one }) => {
    const young = since !== undefined && Date.parse(since) >= before.getTime();
    return { ...one, goes: !young, why: since === undefined ? one.why : `${one.why}, and was set aside ${daysText(ageInDays(since, now))} ago (--keep-for ${keepFor}d)` };
  });
  if (!dryRun) await store.removeLeftovers(leftovers.filter((_, index) => lines[index]?.goes), before);
  yield* lines;
}

function concerns({ image }: ReleaseId, { images }: GcOptions): boolean {
  return !images || images.includes(image);
}
