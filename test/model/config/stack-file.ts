import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..", "..", "..");

/** A file of the repository as text. */
export function repositoryFile(path: string): Promise<string> {
  return readFile(join(root, path), "utf8");
}

/** The settings of a stack file's text as the program gets them: through JSON, without their prefix. */
export function settingsIn(text: string): Record<string, unknown> {
  const { config } = JSON.parse(JSON.stringify(parse(text))) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^imagefleet:/, ""), value]));
}
