import { nearest } from "#model/nearest";

const shown = 8;

/** `one of a, b, c`, shortened where there are many. */
export function oneOf(valid: readonly string[]): string {
  if (valid.length === 0) return "nothing: there is none";
  if (valid.length === 1) return valid[0]!;
  const listed = valid.slice(0, shown).join(", ");
  return `one of ${listed}${valid.length > shown ? ` and ${valid.length - shown} more` : ""}`;
}

/** The parts of a fault about a name that is not among the valid ones. */
export function wrongName(name: string, kind: string, valid: readonly string[]) {
  return { problem: `there is no ${kind} ${JSON.stringify(name)}`, expected: oneOf(valid), nearest: nearest(name, valid) };
}
