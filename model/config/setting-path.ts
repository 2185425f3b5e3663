/** A path as the stack file and `pulumi config set --path` write it: `imagefleet:images.debian-12.scripts[0]`. */
export function settingPath(keys: readonly PropertyKey[]): string {
  const [first, ...rest] = keys;
  if (first === undefined) return "imagefleet:";
  return `imagefleet:${String(first)}${rest.map(segment).join("")}`;
}

function segment(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
