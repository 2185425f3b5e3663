import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { markerName } from "#providers/local-catalog/layout";

const schema = z.object({
  schemaVersion: z.literal(1),
  image: z.string(),
  version: z.string(),
  key: z.string(),
  site: z.string(),
  claim: z.string(),
  publishedAt: z.string(),
  disk: z.object({ name: z.string(), format: z.literal("qcow2"), sha256: z.string(), bytes: z.number(), virtualBytes: z.number() }),
  os: z.object({ family: z.string(), release: z.string(), arch: z.string() }).optional(),
});

/** `release.json` of a published release: proof that it is ours, and all that the indexes are made from. */
export type Marker = z.infer<typeof schema>;

/** @returns undefined when there is no marker, `unreadable` when there is a file of that name that is none of ours. */
export async function readMarker(releaseDir: string): Promise<Marker | "unreadable" | undefined> {
  let text: string;
  try {
    text = await readFile(join(releaseDir, markerName), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseMarker(text) ?? "unreadable";
}

export function markerText(marker: Marker): string {
  return `${JSON.stringify(marker, null, 2)}\n`;
}

function parseMarker(text: string): Marker | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
