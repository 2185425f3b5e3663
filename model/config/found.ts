/** A wrong value as a message shows it: short, in one line, with its type where that is what is wrong. */
export function found(value: unknown): string {
  if (value === undefined) return "found nothing";
  if (value === null) return "found an empty value";
  if (Array.isArray(value)) return "found a list";
  if (typeof value === "object") return "found a map of settings";
  if (typeof value === "string") return `found ${quoted(value)}`;
  return `found the ${typeof value === "number" ? "number" : "truth value"} ${String(value)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
