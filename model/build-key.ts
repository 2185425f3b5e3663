import { createHash } from "node:crypto";

/** Digest of each input of a build by its name: `script:web-server`, `setting:locale`, `template:build.pkr.hcl`, `parent`. */
export type BuildInputs = Readonly<Record<string, string>>;

/** Raised when the meaning of the inputs changes, so that no old key is taken for a new one. */
const format = "imagefleet build key 1";

/** SHA-256 over the named digests, whatever their order: 64 lower-case hexadecimal digits. */
export function buildKey(inputs: BuildInputs): string {
  return digestOf({ format, inputs });
}

/** SHA-256 of a plain value's canonical JSON: equal values have equal digests, however their keys are ordered. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** JSON with sorted keys and without white space. Members that are `undefined` are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isRecord(member) ? sortKeys(member) : member));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  // A null prototype keeps a member called __proto__ an ordinary member.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) sorted[key] = record[key];
  return sorted;
}

/** What differs between two sets of inputs, by name, for a reviewer: `script:web-server changed`, `setting:locale added`. */
export function changedInputs(before: BuildInputs, after: BuildInputs): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (before[name] === after[name]) return [];
    if (before[name] === undefined) return [`${name} added`];
    return [after[name] === undefined ? `${name} removed` : `${name} changed`];
  });
}
