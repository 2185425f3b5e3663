import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { FleetError } from "#model/errors";
import { isVersion } from "#model/version";
import { productsPath } from "#providers/local-catalog/layout";
import { directoryFiles } from "#providers/seal/group-files";
import { sealFiles } from "#providers/seal/seal-names";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { ifPresent } from "#store/errors";
import { groupPlace } from "#store/names";
import { openStore } from "#store/open";
import { findReleases } from "../store/find-releases.ts";
import type { Outcome } from "./checked.ts";
import { byDirectory, listedItems } from "./listed-items.ts";
import type { Reporter } from "./reporter.ts";
import { verifyPublished } from "./verify-published.ts";
import { verifyStore, type StoreOptions } from "./verify-store.ts";

/** A directory that has one of these is, or was, a sealed group. */
const signs = new Set([...sealFiles, groupPlace("formats/_").recordFile, groupPlace("gates/_").recordFile]);

/** Checks whatever is sealed in a directory: a store, a release of one, a catalog, or what was copied from them. */
export async function verifyDirectory(given: string, trusted: TrustedKeys, reporter: Reporter, options: StoreOptions): Promise<Outcome> {
  const dir = await realpath(given);
  const stored = await storedIn(dir);
  if (stored) {
    const store = openStore(stored.root);
    return verifyStore(store, await findReleases(store, stored.subject, "verify"), trusted, reporter, options);
  }
  const items = listedItems((await ifPresent(readFile(join(dir, productsPath), "utf8"))) ?? "") ?? [];
  const listed = byDirectory(items);
  const dirs = new Set([...(await sealedIn(dir)), ...[...listed.keys()].map((path) => join(dir, path))]);
  if (dirs.size === 0) throw new FleetError({ action: "verify", place: given, cause: "nothing there is sealed, or ever was", hint: "name a store, a catalog, or a directory with SHA256SUMS and SHA256SUMS.asc" });
  const onDigest: StoreOptions["onDigest"] = ({ path, bytes, total }) => reporter.read(basename(path), bytes, total);
  const all = [...dirs].sort().map((path) => ({ path, files: directoryFiles(path, { ...options, onDigest }), listed: listed.get(relative(dir, path)) }));
  return { place: given, checked: await verifyPublished(all, trusted, reporter), mend: "get the files again from where they come from; `npm run up` repairs a local catalog" };
}

/** The store that a directory is, or that it is a release of. */
async function storedIn(dir: string): Promise<{ root: string; subject?: string } | undefined> {
  if (isVersion(basename(dir)) && basename(dirname(dirname(dir))) === "images" && (await isDirectory(join(dir, "build")))) {
    return { root: dirname(dirname(dirname(dir))), subject: `${basename(dirname(dir))}@${basename(dir)}` };
  }
  for (const image of await directories(join(dir, "images"))) {
    for (const version of await directories(join(dir, "images", image))) {
      if (isVersion(version) && (await isDirectory(join(dir, "images", image, version, "build")))) return { root: dir };
    }
  }
  return undefined;
}

/** Neither follows links (`latest` would be checked twice) nor looks into hidden directories (what is half-made). */
async function sealedIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const own = entries.some(({ name }) => signs.has(name)) ? [dir] : [];
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return [...own, ...(await Promise.all(below.map(({ name }) => sealedIn(join(dir, name))))).flat()];
}

async function directories(dir: string): Promise<string[]> {
  return ((await ifPresent(readdir(dir, { withFileTypes: true }))) ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await ifPresent(stat(path)))?.isDirectory() === true;
}
