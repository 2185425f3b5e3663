import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { markerName } from "#providers/local-catalog/layout";

const file = z.object({ name: z.string(), sha256: z.string(), bytes: z.number() });

const schema = z.object({
  schemaVersion: z.literal(2),
  image: z.string(),
  version: z.string(),
  format: z.string(),
  key: z.string(),
  site: z.string(),
  claim: z.string(),
  publishedAt: z.string(),
  artifact: file,
  /** Everything else that was sealed with it, and the store's record. */
  documents: z.array(file),
  virtualBytes: z.number(),
  os: z.object({ family: z.string(), release: z.string(), arch: z.string() }).optional(),
  /** Of a Vagrant box: the catalog's base URL, empty for file: URLs. */
  url: z.string().optional(),
});

/** `release.json` of a published format: proof that it is ours, and all that the indexes are made from. */
export type Marker = z.infer<typeof schema>;

/** @returns undefined when there is no marker, `unreadable` when there is a file of that name that is none of ours. */
export async function readMarker(dir: string): Promise<Marker | "unreadable" | undefined> {
  let text: string;
  try {
    text = await readFile(join(dir, markerName), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseMarker(text) ?? "unreadable";
}

export function markerText(marker: Marker): string {
  return `${JSON.stringify(marker, null, 2)}\n`;
}

/** Whether a marker is of the bytes that are asked for. */
export function describes({ image, version, format, key, artifact }: Marker, inputs: CatalogInputs): boolean {
  return image === inputs.image && version === inputs.version && format === inputs.format && key === inputs.key && artifact.sha256 === inputs.sha256 && artifact.bytes === inputs.bytes;
}

function parseMarker(text: string): Marker | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
