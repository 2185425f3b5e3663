import { createHash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "#model/release";
import { errorCode, ifPresent } from "#store/errors";
import { VerifiedCache } from "#store/verified-cache";
import { cacheDir } from "#providers/shared/project";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { fileName, formatPath, latestPath, markerName } from "#providers/local-catalog/layout";
import { listingFault } from "#providers/local-catalog/listing";
import { describes, readMarker } from "#providers/local-catalog/marker";
import { latestOf, publishedOf, wholeVersion } from "#providers/local-catalog/scan";
import { vagrantFault } from "#providers/local-catalog/vagrant-metadata";

export interface Depth {
  /** Read every byte, even of files that look untouched since they were last read. */
  readonly deep: boolean;
}

/** Bytes. */
const small = 64 * 2 ** 10;

/** More faults of one format are all repaired alike; the state stays slim. */
const shownFaults = 4;

/**
 * Compares a published format with what it should be. Never throws for the world's state.
 * @returns `gone`, `correct`, `incorrect: <each file and what is wrong with it>` or `unreachable: <why>`.
 */
export async function inspectPublished(root: string, inputs: CatalogInputs, depth: Depth): Promise<string> {
  try {
    const dir = await ifPresent(lstat(join(root, formatPath(inputs))));
    if (!dir) return "gone";
    const faults = [await artifactFault(root, inputs, depth), ...(await documentFaults(root, inputs, depth)), await latestFault(root, inputs), await listingFault(root, inputs), await vagrantFault(root, inputs)];
    const found = faults.filter((fault) => fault !== undefined);
    return found.length === 0 ? "correct" : `incorrect: ${found.slice(0, shownFaults).join("; ")}`;
  } catch (error) {
    return `unreachable: ${errorCode(error) ?? ""} in ${inputs.path}`.replace(":  in", ": an error in");
  }
}

/** What is wrong with the artifact, or nothing. Throws when that cannot be found out. */
export function artifactFault(root: string, inputs: CatalogInputs, depth: Depth): Promise<string | undefined> {
  const { sha256, bytes } = inputs;
  return fileFault(join(root, formatPath(inputs)), { name: fileName(inputs), sha256, bytes }, depth);
}

/** What is wrong with one published file, or nothing. Throws when that cannot be found out. */
export function fileFault(dir: string, file: Artifact, { deep }: Depth): Promise<string | undefined> {
  return compare(dir, file, async (path) => (await new VerifiedCache(cacheDir()).digest(path, deep)).sha256);
}

/** The same of a document: most are read in less time than what was noted of them. */
function documentFault(dir: string, file: Artifact, depth: Depth): Promise<string | undefined> {
  if (file.bytes > small) return fileFault(dir, file, depth);
  return compare(dir, file, async (path) => createHash("sha256").update(await readFile(path)).digest("hex"));
}

async function compare(dir: string, { name, sha256, bytes }: Artifact, digest: (path: string) => Promise<string>): Promise<string | undefined> {
  const path = join(dir, name);
  const file = await ifPresent(lstat(path));
  if (!file) return `${name} missing`;
  if (!file.isFile()) return `${name} is no regular file`;
  if (file.size !== bytes) return `${name} ${file.size < bytes ? "truncated" : "too long"}: expected ${bytes} bytes, found ${file.size}`;
  const found = await digest(path);
  return found === sha256 ? undefined : `${name} altered: expected SHA-256 ${sha256}, found ${found}`;
}

/** The seal, the store's record and our own marker. */
async function documentFaults(root: string, inputs: CatalogInputs, depth: Depth): Promise<(string | undefined)[]> {
  const dir = join(root, formatPath(inputs));
  const marker = await readMarker(dir);
  if (marker === undefined) return [`${markerName} missing`];
  if (marker === "unreadable") return [`${markerName} altered`];
  if (!describes(marker, inputs)) return [`${markerName} describes another build`];
  return Promise.all(marker.documents.map((file) => documentFault(dir, file, depth)));
}

/** Said by the release alone that the link should point at. */
async function latestFault(root: string, { image, version }: CatalogInputs): Promise<string | undefined> {
  if (wholeVersion(await publishedOf(root, image)) !== version) return undefined;
  const found = await latestOf(root, image);
  if (found === version) return undefined;
  return found === undefined ? `${latestPath(image)} missing` : `${latestPath(image)} points at ${found}, not ${version}`;
}
