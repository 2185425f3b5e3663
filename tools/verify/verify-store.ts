import { basename } from "node:path";
import { releaseName, type ReleaseId } from "#model/release";
import { verifyRelease } from "#providers/seal/verify-release";
import type { ReadOptions } from "#providers/seal/group-files";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import type { Store } from "#store/store";
import type { Checked, Outcome } from "./checked.ts";
import type { Reporter } from "./reporter.ts";
import { setAside } from "./set-aside.ts";

const mend = "put the right files back from a copy of the store, or set what is damaged aside and make it again: npm run verify -- --quarantine; npm run up";

export interface StoreOptions extends ReadOptions {
  /** Move what is damaged into the store's quarantine. */
  readonly quarantine?: boolean;
}

/** Checks releases of a store, one after the other. */
export async function verifyStore(store: Store, releases: readonly ReleaseId[], trusted: TrustedKeys, reporter: Reporter, { quarantine = false, ...options }: StoreOptions): Promise<Outcome> {
  const checked: Checked[] = [];
  const aside: string[] = [];
  for (const [index, id] of releases.entries()) {
    reporter.subject(`${index + 1} of ${releases.length}, ${releaseName(id)}`);
    const onDigest: ReadOptions["onDigest"] = ({ path, bytes, total }) => reporter.read(basename(path), bytes, total);
    const reports = await verifyRelease(store, id, trusted, { ...options, onDigest });
    for (const report of reports) checked.push({ release: releaseName(id), place: await store.locate(id, report.group), ...report });
    if (quarantine) aside.push(...(await setAside(store, id, reports)).map((what) => `${releaseName(id)} (${what})`));
  }
  return { place: store.location, checked, mend: aside.length > 0 ? `${aside.join(", ")} lies in the store's quarantine; \`npm run up\` makes it again` : mend };
}
