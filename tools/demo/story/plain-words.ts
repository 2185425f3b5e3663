import Table from "cli-table3";
import { withoutVarying } from "../../../test/integration/without-varying.ts";

/** What stands in the document for all that is another in the next run: times, sizes, digests, ids, addresses. */
const any = "…";

const varying: readonly (readonly [RegExp, string])[] = [
  [/<(?:id|digest|fingerprint|server|time|n)>/g, any],
  [/\b\d+(?:\.\d+)? (?=[KMG]i?B\b|hours\b|bytes\b)/g, `${any} `],
  [/\b(?:tcg|kvm)\b/g, any],
  [/\d{4}-\d\d-\d\d \d\d:\d\d/g, any],
  [/\b(?!(\d)\1{11}\b)[0-9a-f]{12}\b/g, any], // a key, and no account
  [/\S+ \w+ \(build \S+ \w+, gates \S+ \w+, formats \S+ \w+;/g, `${any} (build ${any}, gates ${any}, formats ${any};`],
];

/** A text as it would read in any run; boxes of tables fit their words again. */
export function plainWords(text: string): string {
  const plain = varying.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), withoutVarying(text).replaceAll("\u200b", ""));
  return plain.replace(/^┌.*\n(?:[│├].*\n)+└.*$/gm, boxed);
}

function boxed(drawn: string): string {
  const [head = [], ...rows] = drawn.split("\n").filter((line) => line.startsWith("│")).map((line) => line.slice(1, -1).split("│").map((cell) => cell.trim()));
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
}
