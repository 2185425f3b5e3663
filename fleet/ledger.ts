import type { ImageConfig } from "#model/config/types";
import { ownerOf } from "#model/owner";
import type { ImageLedger, StoredRelease } from "#model/plan";
import { releaseName, type BuildRecord, type FormatRecord, type ReleaseId } from "#model/release";
import { isRemoved } from "#store/is-removed";
import type { Fault, GroupName, Store } from "#store/store";

export interface LedgerOptions {
  readonly project: string;
  readonly stack: string;
  /** Move what is damaged aside, as an update does; a preview only names it. */
  readonly quarantine: boolean;
}

/** Reads what the store knows of an image. Files are looked at, not read, unless they changed since they were last verified. */
export async function readLedger(store: Store, image: ImageConfig, options: LedgerOptions): Promise<ImageLedger> {
  const [versions, taken, holds] = await Promise.all([store.versions(image.name), store.taken(image.name), store.holds(image.name)]);
  const releases = [];
  const damaged = [];
  for (const version of versions) {
    const id = { image: image.name, version };
    const build = await store.record(id, "build").catch(() => undefined);
    const faults = await store.verify(id);
    const broken = faults.filter(({ group }) => group === "build");
    if (build && broken.length === 0) {
      releases.push(await readRelease(store, build, faults, options));
      continue;
    }
    if (await isRemoved(store, id)) continue; // meanwhile, by somebody whom we do not hold up: nothing is damaged
    const problem = describe(broken) || "its record cannot be read";
    damaged.push({ version, key: build?.key, problem });
    if (options.quarantine) await quarantine(store, id, problem);
  }
  const own = ownerOf(options);
  const held = holds.filter((hold) => ownerOf(hold) === own).map(({ version }) => version);
  const elsewhere = holds.map((hold) => ({ version: hold.version, stack: ownerOf(hold) })).filter(({ stack }) => stack !== own);
  return { releases, taken, held, elsewhere, damaged };
}

/** What is damaged besides the build is made from it again: such a group counts as absent. */
async function readRelease(store: Store, build: BuildRecord, faults: readonly Fault[], options: LedgerOptions): Promise<StoredRelease> {
  const damaged = new Set(faults.map(({ group }) => group));
  for (const group of damaged) await reportDamage(store, build, group, faults, options);
  const groups = (await store.groups(build)).filter((group) => !damaged.has(group));
  const passed = groups.filter((group) => group.startsWith("gates/")).map((group) => group.slice("gates/".length));
  const sealed = groups.filter((group) => group.startsWith("formats/"));
  const records = await Promise.all(sealed.map((group) => store.record<FormatRecord>(build, group)));
  const formats = Object.fromEntries(records.flatMap((record) => (record ? [[record.format, record]] : [])));
  return { build, passed, formats };
}

async function reportDamage(store: Store, id: ReleaseId, group: GroupName, faults: readonly Fault[], { quarantine: aside }: LedgerOptions): Promise<void> {
  const problem = describe(faults.filter((fault) => fault.group === group));
  if (aside) await store.quarantineGroup(id, group);
  console.log(`[store] ${releaseName(id)}, ${group}: ${problem}; ${aside ? "moved to quarantine" : "an update moves it to quarantine"}, to be made again`);
}

async function quarantine(store: Store, id: ReleaseId, problem: string): Promise<void> {
  await store.quarantine(id, problem);
  console.log(`[store] moved the damaged release ${releaseName(id)} to quarantine: ${problem}`);
}

function describe(faults: readonly Fault[]): string {
  return faults.map(({ file, problem }) => `${file} ${problem}`).join(", ");
}
