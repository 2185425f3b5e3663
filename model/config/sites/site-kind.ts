import type { z } from "zod";

/** What the configuration knows of a kind of site. */
export interface SiteKind<Site, Shape extends Record<string, z.ZodType> = Record<string, z.ZodType>, Required extends keyof Shape & string = keyof Shape & string> {
  /** One line for the reference. */
  readonly title: string;
  /** Its settings besides `kind`. A default for the kind may give each of them, so none is required by the schema. */
  readonly settings: Shape;
  /** Settings that the site or the defaults of its kind must give. */
  readonly required: readonly Required[];
  /** The site from its settings, defaults merged, none of the required ones missing. */
  finish(name: string, settings: Settings<Shape, Required>): Site;
  /** Names of the formats that the site takes of every image. */
  formats(site: Site): readonly string[];
  /** The directory that the site keeps for itself, where it is one: no two sites share it. */
  directory?(site: Site): string;
}

/** A site's settings as read: the required ones are there. */
export type Settings<Shape extends Record<string, z.ZodType>, Required extends keyof Shape> =
  { readonly [Key in Required]: z.output<Shape[Key]> } & { readonly [Key in Exclude<keyof Shape, Required>]?: z.output<Shape[Key]> };
