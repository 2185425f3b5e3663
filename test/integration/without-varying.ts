/** What differs from run to run, in the order in which it is replaced. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\u001b\[[0-9;]*m/g, ""],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, "<id>"],
  [/\b(?:ami|snap)-[0-9a-f]{17}\b/g, "<id>"],
  [/\b[0-9a-f]{32,128}\b/g, "<digest>"],
  [/\b[0-9a-f]{12,16}\.\.\./g, "<digest>"],
  [/\b(?:[0-9A-F]{2}:){19,31}[0-9A-F]{2}\b/gi, "<fingerprint>"],
  [/127\.0\.0\.1:\d+/g, "<server>"],
  [/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b\d+(?:\.\d+)? (m?s|seconds)\b/g, "<n> $1"],
  [/\/tmp\/imagefleet-[^\s/:,"')]+/g, "."],
];

/** A message as it would read in any run. */
export function withoutVarying(text: string): string {
  return varying.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text).split("\n").map((line) => line.trimEnd()).join("\n").trim();
}
