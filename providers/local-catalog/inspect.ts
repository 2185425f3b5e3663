import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, ifPresent } from "#store/errors";
import { VerifiedCache } from "#store/verified-cache";
import { cacheDir } from "#providers/shared/project";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { diskName, diskPath, latestPath, markerName, newest, releasePath, sumsLine, sumsName } from "#providers/local-catalog/layout";
import { listingFault } from "#providers/local-catalog/listing";
import { readMarker } from "#providers/local-catalog/marker";
import { latestOf, releasesOf } from "#providers/local-catalog/scan";

export interface Depth {
  /** Read every byte, even of files that look untouched since they were last read. */
  readonly deep: boolean;
}

/** More faults of one release are all repaired alike; the state stays slim. */
const shownFaults = 4;

/**
 * Compares a published release with what it should be. Never throws for the world's state.
 * @returns `gone`, `correct`, `incorrect: <each file and what is wrong with it>` or `unreachable: <why>`.
 */
export async function inspectRelease(root: string, inputs: CatalogInputs, depth: Depth): Promise<string> {
  try {
    const dir = await ifPresent(lstat(join(root, releasePath(inputs))));
    if (!dir) return "gone";
    const faults = [await diskFault(root, inputs, depth), await sumsFault(root, inputs), await markerFault(root, inputs), await latestFault(root, inputs), await listingFault(root, inputs)];
    const found = faults.filter((fault) => fault !== undefined);
    return found.length === 0 ? "correct" : `incorrect: ${found.slice(0, shownFaults).join("; ")}`;
  } catch (error) {
    return `unreachable: ${errorCode(error) ?? ""} in ${inputs.path}`.replace(":  in", ": an error in");
  }
}

/** What is wrong with the disk, or nothing. Throws when that cannot be found out. */
export async function diskFault(root: string, inputs: CatalogInputs, { deep }: Depth): Promise<string | undefined> {
  const name = diskName(inputs);
  const path = join(root, diskPath(inputs));
  const file = await ifPresent(lstat(path));
  if (!file) return `${name} missing`;
  if (!file.isFile()) return `${name} is no regular file`;
  if (file.size !== inputs.bytes) return `${name} ${file.size < inputs.bytes ? "truncated" : "too long"}: expected ${inputs.bytes} bytes, found ${file.size}`;
  const { sha256 } = await new VerifiedCache(cacheDir()).digest(path, deep);
  return sha256 === inputs.sha256 ? undefined : `${name} altered: expected SHA-256 ${inputs.sha256}, found ${sha256}`;
}

async function sumsFault(root: string, inputs: CatalogInputs): Promise<string | undefined> {
  const text = await ifPresent(readFile(join(root, releasePath(inputs), sumsName), "utf8"));
  if (text === undefined) return `${sumsName} missing`;
  return text === sumsLine(inputs.sha256, diskName(inputs)) ? undefined : `${sumsName} altered`;
}

async function markerFault(root: string, inputs: CatalogInputs): Promise<string | undefined> {
  const marker = await readMarker(join(root, releasePath(inputs)));
  if (marker === undefined) return `${markerName} missing`;
  if (marker === "unreadable") return `${markerName} altered`;
  const { image, version, key, disk } = marker;
  const same = image === inputs.image && version === inputs.version && key === inputs.key && disk.sha256 === inputs.sha256 && disk.bytes === inputs.bytes;
  return same ? undefined : `${markerName} describes another build`;
}

/** Said by the newest release alone: it is the one that the link should point at. */
async function latestFault(root: string, { image, version }: CatalogInputs): Promise<string | undefined> {
  const target = newest((await releasesOf(root, image)).map((release) => release.version));
  if (target !== version) return undefined;
  const found = await latestOf(root, image);
  if (found === version) return undefined;
  return found === undefined ? `${latestPath(image)} missing` : `${latestPath(image)} points at ${found}, not ${version}`;
}
