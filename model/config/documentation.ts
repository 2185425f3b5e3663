const page = "docs/configuration.md";

/** Settings inside an image that have a section of their own in the reference. */
const inner = ["targets", "resources", "variables", "secrets", "gates"];
const own = ["images", "sites", "groups", "defaults", "variables", "gates", "waivers", "seal", "channels", "promotion", "approvals", "revoked", "hooks"];

/** Page and section that describe the setting at a path: `docs/configuration.md#images`. */
export function documentation(path: string): string {
  const [first = "", ...rest] = path.replace(/^imagefleet:/, "").split(/[.[]/);
  const nested = first === "images" ? inner.find((name) => rest[1] === name) : undefined;
  if (first === "revokedChildren") return `${page}#revoked`;
  return `${page}#${nested ?? (own.includes(first) ? first : "settings")}`;
}
