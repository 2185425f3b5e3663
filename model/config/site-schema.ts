import { z } from "zod";
import { described } from "#model/config/expectation";
import { siteKinds } from "#model/config/sites/site-kinds";

export type SiteKindName = keyof typeof siteKinds;

export const siteKindNames = Object.keys(siteKinds) as SiteKindName[];

const meaningOfKind = "What sort of place the site is; it decides which other settings there are.";
const kind = described(z.enum(siteKindNames), siteKindNames.join(", ")).meta({ description: meaningOfKind });

/** The settings of one kind, none required: the defaults of the kind may give each of them. */
export function siteSettings(of: SiteKindName) {
  return z.object(siteKinds[of].settings).partial();
}

function siteOf(of: SiteKindName) {
  const own = z.literal(of).meta({ description: meaningOfKind });
  return described(z.strictObject({ kind: own, ...siteSettings(of).shape }).meta({ id: `site-${of}`, title: siteKinds[of].title }), "a map of the site's settings");
}

const [first, ...others] = siteKindNames.map(siteOf);

/** A site of any kind. */
export const site = described(z.discriminatedUnion("kind", [first!, ...others]), "a map of the site's settings, with its kind");

/** The schema of a site of the kind that a value names, for what is wrong inside it. */
export function siteSchemaOf(value: unknown): z.ZodType {
  const named = (value as { kind?: unknown } | undefined)?.kind;
  return siteKindNames.includes(named as SiteKindName) ? siteOf(named as SiteKindName) : z.strictObject({ kind });
}

export const siteDefaults = described(
  z.strictObject(Object.fromEntries(siteKindNames.map((key) => [key, described(siteSettings(key).strict(), `a map of settings of ${key} sites`).optional()]))).meta({
    description: "By kind: what a site of that kind has that does not say otherwise.",
  }),
  "a map of kinds of sites",
);

export type SiteInput = { readonly kind?: string } & Readonly<Record<string, unknown>>;
