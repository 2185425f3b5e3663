/**
 * What Azure found, in the words that the program used for it: Azure shows `West Europe` for `westeurope`, and times with an
 * offset. What differs otherwise stays as it was found.
 */
export function spelledAs(known: unknown, found: unknown): unknown {
  if (typeof known === "string" && typeof found === "string") return alike(known, found) ? known : found;
  if (Array.isArray(known) && Array.isArray(found)) return found.map((one, at) => spelledAs(known[at], one));
  if (!isObject(known) || !isObject(found)) return found;
  return Object.fromEntries(Object.entries(found).map(([name, one]) => [name, spelledAs(known[name], one)]));
}

function alike(known: string, found: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(" ", "");
  if (plain(known) === plain(found)) return true;
  return [known, found].every((text) => /^\d{4}-\d{2}-\d{2}/.test(text)) && Date.parse(known) === Date.parse(found);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
