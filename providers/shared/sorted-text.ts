/**
 * A value as text that is the same whatever the order of its keys: the engine gives them back in an order of its own. Lists
 * keep theirs.
 */
export function sortedText(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))) : inner));
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
