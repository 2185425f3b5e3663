import type { z } from "zod";

/** What the configuration knows of a kind of site. */
export interface SiteKind<Site, Shape extends Record<string, z.ZodType> = Record<string, z.ZodType>> {
  /** One line for the reference. */
  readonly title: string;
  /** Its settings besides `kind`. A default for the kind may give each of them, so none is required by the schema. */
  readonly settings: Shape;
  /** Settings that the site or the defaults of its kind must give. */
  readonly required: readonly (keyof Shape & string)[];
  /** The site from its settings, defaults merged, none of the required ones missing. */
  finish(name: string, settings: { readonly [Key in keyof Shape]: z.output<Shape[Key]> }): Site;
  /** The directory that the site keeps for itself, where it is one: no two sites share it. */
  directory?(site: Site): string;
}
