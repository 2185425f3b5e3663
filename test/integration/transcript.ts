import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { withoutVarying } from "./without-varying.ts";

const guide = join(import.meta.dirname, "../../docs/troubleshooting.md");

/**
 * Holds docs/troubleshooting.md to what users really read: its block `<!-- transcript: <name> -->` must quote `message`.
 * IMAGEFLEET_WRITE_TRANSCRIPTS=1 writes it there instead.
 */
export async function transcript(name: string, message: string): Promise<void> {
  const quoted = withoutVarying(message);
  const text = await readFile(guide, "utf8");
  const block = new RegExp(`(<!-- transcript: ${name} -->\n\`\`\`text\n)((?:(?!\n\`\`\`)[\\s\\S])+)(\n\`\`\`)`);
  const found = block.exec(text);
  expect(found, `docs/troubleshooting.md has no block <!-- transcript: ${name} -->`).not.toBeNull();
  if (process.env["IMAGEFLEET_WRITE_TRANSCRIPTS"] === "1") await writeFile(guide, text.replace(block, (_all, head: string, _old, tail: string) => `${head}${quoted}${tail}`));
  else expect(found![2], `docs/troubleshooting.md quotes another message as ${name}: run the test with IMAGEFLEET_WRITE_TRANSCRIPTS=1`).toBe(quoted);
}

/** The message of the engine's diagnostics that matches, whole: its first line, and those that are indented below it. */
export function messageOf(output: string, pattern: RegExp): string {
  const lines = output.replace(/\u001b\[[0-9;]*m/g, "").split("\n");
  const at = lines.findLastIndex((line) => pattern.test(line));
  expect(at, `no line matches ${String(pattern)} in\n${output}`).toBeGreaterThanOrEqual(0);
  const depth = indentOf(lines[at]!);
  const end = lines.findIndex((line, index) => index > at && (line.trim() === "" || indentOf(line) <= depth));
  return lines.slice(at, end < 0 ? undefined : end).map((line) => line.slice(Math.min(depth, indentOf(line)))).join("\n");
}

/** All that is said of a configuration: from `cannot use this configuration` to the end of its list. */
export function configurationFault(output: string): string {
  const lines = output.replace(/\u001b\[[0-9;]*m/g, "").split("\n");
  const at = lines.findLastIndex((line) => line.includes("cannot use this configuration"));
  const end = lines.findIndex((line, index) => index > at && line.trim() === "");
  const found = lines.slice(at, end < 0 ? undefined : end);
  const depth = Math.min(...found.map(indentOf));
  return found.map((line) => line.slice(depth)).join("\n");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The lines of a run's output that match, once each, in order. */
export function linesOf(output: string, ...patterns: readonly RegExp[]): string {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "").split("\n").map((line) => line.trim());
  return [...new Set(plain.filter((line) => patterns.some((pattern) => pattern.test(line))))].sort().join("\n");
}
