import type { ImageConfig } from "#model/config/types";
import type { ImageLedger } from "#model/plan";
import { releaseName } from "#model/release";
import type { Store } from "#store/store";

export interface LedgerOptions {
  readonly project: string;
  readonly stack: string;
  /** Move damaged releases aside, as an update does; a preview only names them. */
  readonly quarantine: boolean;
}

/** Reads what the store knows of an image. Files are looked at, not read, unless they changed since they were last verified. */
export async function readLedger(store: Store, image: ImageConfig, options: LedgerOptions): Promise<ImageLedger> {
  const [versions, taken, holds] = await Promise.all([store.versions(image.name), store.taken(image.name), store.holds(image.name)]);
  const releases = [];
  const damaged = [];
  for (const version of versions) {
    const id = { image: image.name, version };
    const record = await store.record(id, "build").catch(() => undefined);
    const faults = await store.verify(id);
    if (record && faults.length === 0) {
      releases.push(record);
      continue;
    }
    const problem = faults.map(({ file, problem: what }) => `${file} ${what}`).join(", ") || "its record cannot be read";
    damaged.push({ version, key: record?.key, problem });
    if (options.quarantine) await quarantine(store, id, problem);
  }
  const held = holds.filter(({ project, stack }) => project === options.project && stack === options.stack).map(({ version }) => version);
  return { releases, taken, held, damaged };
}

async function quarantine(store: Store, id: { image: string; version: string }, problem: string): Promise<void> {
  await store.quarantine(id, problem);
  console.log(`[store] moved the damaged release ${releaseName(id)} to quarantine: ${problem}`);
}
