import { closest, distance } from "fastest-levenshtein";

/** The valid name nearest to a misspelt one, or undefined where none is near enough to be meant. */
export function nearest(name: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const candidate = closest(name, [...valid]);
  return distance(name, candidate) <= Math.max(2, Math.floor(name.length / 3)) ? candidate : undefined;
}
