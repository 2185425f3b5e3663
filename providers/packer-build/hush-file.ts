import { readFile, writeFile } from "node:fs/promises";
import { redactor } from "#providers/shared/exec";

/** Replaces secrets in a log that another program wrote; its other bytes stay as they are. */
export async function hushFile(path: string, secrets: readonly string[]): Promise<void> {
  if (secrets.length === 0) return;
  const content = await readFile(path, "latin1").catch(() => ""); // nothing was written
  const hushed = redactor(secrets.map((text) => Buffer.from(text).toString("latin1")))(content);
  if (hushed !== content) await writeFile(path, hushed, "latin1");
}
