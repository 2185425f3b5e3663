/**
 * What the engine hands to `check` and `diff` of a dynamic provider in place of a value that is not known yet, whatever
 * its type (pulumi/pulumi#6310).
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True for a value that is, or holds somewhere inside, one that is not known before the deployment runs. */
export function isUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return value === UNKNOWN;
}

/** True unless both values are known and the same: what a `diff` may call unchanged, it must be sure of. */
export function mayDiffer(old: unknown, now: unknown): boolean {
  return isUnknown(old) || isUnknown(now) || old !== now;
}
