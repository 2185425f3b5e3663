type Values = Readonly<Record<string, unknown>>;

/** The engine is told to ignore these: where bytes come from is up to each host, and what is the latest is up to channels. */
const ignored = ["localFilePath", "fileUrl", "imageSourceUrl", "excludeFromLatest"];

/**
 * Names of the declared properties of an official resource that its server says otherwise of than the state does. What the
 * server adds by itself is no drift; in a map such as `properties` only the declared keys count.
 */
export function changedInputs(inputs: Values, before: Values, now: Values): string[] {
  const declared = Object.entries(inputs).filter(([name]) => !name.startsWith("__") && !ignored.includes(name));
  return declared.flatMap(([name, value]) => {
    const [old, current] = [before[name], now[name]];
    if (isMap(value) && isMap(old) && isMap(current)) return changedInputs(value, old, current).map((inner) => `${name}.${inner}`);
    return same(old, current) ? [] : [name];
  });
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Servers and the engine give keys, and sets of plain values, back in any order. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return isMap(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])])) : value;
}
