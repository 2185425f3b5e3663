/** What rules take from a site's settings: as the stack's file has them, checked by nobody yet. */
export interface SiteSettings {
  readonly publicApproval?: unknown;
  readonly kmsKeys?: unknown;
  readonly kmsKey?: unknown;
}

/**
 * The stack's sites by name. The engine hands the stack's configuration to packs that it starts itself; one that a language host
 * starts for it (`runtime: nodejs`) gets none.
 */
export function stackSites(config = process.env["PULUMI_CONFIG"]): Readonly<Record<string, SiteSettings>> {
  const sites = parsed(parsed(config)["imagefleet:sites"]);
  return Object.fromEntries(Object.entries(sites).filter(([, site]) => typeof site === "object" && site !== null)) as Record<string, SiteSettings>;
}

function parsed(text: unknown): Record<string, unknown> {
  if (typeof text !== "string") return {};
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
