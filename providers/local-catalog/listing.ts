import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ifPresent } from "#store/errors";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { artifactPath, indexPath, productsPath } from "#providers/local-catalog/layout";

const itemSchema = z.object({ path: z.string(), sha256: z.string(), size: z.number() });
const productsSchema = z.object({ products: z.record(z.string(), z.object({ versions: z.record(z.string(), z.object({ items: z.record(z.string(), itemSchema) })) })) });
const indexSchema = z.object({ index: z.record(z.string(), z.object({ products: z.array(z.string()) })) });

type Listed = ReadonlyMap<string, { readonly product: string; readonly sha256: string; readonly size: number }>;

/** What is wrong with a format's entry in the simplestreams index, or nothing. */
export async function listingFault(root: string, inputs: CatalogInputs): Promise<string | undefined> {
  const products = await parsed(join(root, productsPath), listedItems);
  if (typeof products === "string") return `${productsPath} ${products}`;
  const index = await parsed(join(root, indexPath), listedProducts);
  if (typeof index === "string") return `${indexPath} ${index}`;
  const entry = products.get(artifactPath(inputs));
  if (!entry) return `${productsPath} lacks ${inputs.version} as ${inputs.format}`;
  if (entry.sha256 !== inputs.sha256 || entry.size !== inputs.bytes) return `${productsPath} altered: it lists ${inputs.version} as ${inputs.format} with another digest or size`;
  return index.has(entry.product) ? undefined : `${indexPath} lacks ${entry.product}`;
}

function listedItems(json: unknown): Listed {
  const listed = new Map<string, { product: string; sha256: string; size: number }>();
  for (const [product, { versions }] of Object.entries(productsSchema.parse(json).products)) {
    for (const { path, sha256, size } of Object.values(versions).flatMap(({ items }) => Object.values(items))) listed.set(path, { product, sha256, size });
  }
  return listed;
}

function listedProducts(json: unknown): ReadonlySet<string> {
  return new Set(Object.values(indexSchema.parse(json).index).flatMap(({ products }) => products));
}

const remembered = new Map<string, { stamp: string; value: unknown }>();

/** Reads a document once for all the releases that look into it, and again when it was replaced. */
async function parsed<T>(path: string, parse: (json: unknown) => T): Promise<T | "missing" | "altered"> {
  const found = await ifPresent(stat(path, { bigint: true }));
  if (!found) return "missing";
  const stamp = [found.ino, found.size, found.mtimeNs, found.ctimeNs].join();
  const known = remembered.get(path);
  if (known?.stamp === stamp) return known.value as T;
  try {
    const value = parse(JSON.parse(await readFile(path, "utf8")));
    remembered.set(path, { stamp, value });
    return value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return "altered";
    throw error;
  }
}
