import { posix } from "node:path";
import { z } from "zod";
import { FaultList, type SealFault } from "#providers/seal/seal-fault";
import type { Statement } from "#providers/seal/open-statement";

/** A file that a catalog's index offers for download. */
export interface ListedItem {
  /** Relative to the catalog. */
  readonly path: string;
  readonly sha256: string;
}

const item = z.object({ path: z.string(), sha256: z.string() });
const schema = z.object({ products: z.record(z.string(), z.object({ versions: z.record(z.string(), z.object({ items: z.record(z.string(), item) })) })) });

/** What a simplestreams list of products offers; undefined where the text is none. */
export function listedItems(text: string): ListedItem[] | undefined {
  try {
    const { products } = schema.parse(JSON.parse(text));
    return Object.values(products).flatMap(({ versions }) => Object.values(versions).flatMap(({ items }) => Object.values(items).map(({ path, sha256 }) => ({ path, sha256 }))));
  } catch {
    return undefined;
  }
}

/** By the directory that each lies in. Paths that lead out of the catalog are nobody's. */
export function byDirectory(items: readonly ListedItem[]): Map<string, ListedItem[]> {
  const inside = items.filter(({ path }) => !path.startsWith("/") && !posix.normalize(path).startsWith(".."));
  return Map.groupBy(inside, ({ path }) => posix.dirname(posix.normalize(path)));
}

/** What the index says otherwise than the seal of the directory. The index itself is not sealed. */
export function listingFaults(place: string, listed: readonly ListedItem[], statement: Statement): SealFault[] {
  const list = new FaultList(place, statement.id, statement.group);
  for (const { path, sha256 } of listed) {
    const name = posix.basename(path);
    const right = statement.files.get(name);
    if (right !== sha256) list.add(name, "contradiction", `the catalog's index offers it with SHA-256 ${sha256}; what is sealed is ${right ?? "no such file"}`);
  }
  return list.faults;
}
