import { basename } from "node:path";
import { releaseName, type ReleaseId } from "#model/release";
import { verifyRelease } from "#providers/seal/verify-release";
import type { ReadOptions } from "#providers/seal/group-files";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { Layout } from "#store/layout";
import type { Store } from "#store/store";
import type { Checked, Outcome } from "./checked.ts";
import type { Reporter } from "./reporter.ts";

/** Checks releases of a store, one after the other. */
export async function verifyStore(store: Store, releases: readonly ReleaseId[], trusted: TrustedKeys, reporter: Reporter, options: ReadOptions): Promise<Outcome> {
  const layout = new Layout(store.location);
  const checked: Checked[] = [];
  for (const [index, id] of releases.entries()) {
    reporter.subject(`${index + 1} of ${releases.length}, ${releaseName(id)}`);
    const onDigest: ReadOptions["onDigest"] = ({ path, bytes, total }) => reporter.read(basename(path), bytes, total);
    for (const report of await verifyRelease(store, id, trusted, { ...options, onDigest })) {
      checked.push({ release: releaseName(id), place: layout.group(id, report.group), ...report });
    }
  }
  return { place: store.location, checked, mend: "put the right files back from a copy of the store, or set what is damaged aside and make it again: npm run store -- verify --quarantine; npm run up" };
}
