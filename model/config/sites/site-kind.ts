import type { z } from "zod";
import type { ConfigFault } from "#model/config/config-error";

/** Settings that may lack anything, since what is faulty by itself has been taken out of them. */
export type Holed<T> = T extends readonly (infer Part)[] ? readonly (Holed<Part> | undefined)[] : T extends object ? { readonly [Key in keyof T]?: Holed<T[Key]> } : T;

/** What a user has written of a site, its defaults merged. */
export type Written<Shape extends Record<string, z.ZodType>> = Holed<{ readonly [Key in keyof Shape]?: z.output<Shape[Key]> }>;

/** A fault of a site; its keys are those inside the site. */
export type SiteFault = Omit<ConfigFault, "path"> & { readonly keys: readonly PropertyKey[] };

/** Something that only one place of the configuration may name. */
export interface Claim {
  /** Where it is named, inside the site. */
  readonly keys: readonly PropertyKey[];
  /** It, in words: the same words are the same thing. */
  readonly what: string;
  /** What it is for the site: `a vCenter`. */
  readonly as: string;
  readonly expected: string;
}

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
  /**
   * What is wrong between the site's settings.
   * @param near Whether something faulty or misspelt stands where a setting belongs: it is not missing as well.
   */
  faults?(settings: Written<Shape>, near: (keys: readonly PropertyKey[]) => boolean): readonly SiteFault[];
  claims?(settings: Written<Shape>): readonly Claim[];
  /** The directory that the site keeps for itself, where it is one: no two sites share it. */
  directory?(site: Site): string;
}

/** A site's settings as read: the required ones are there. */
export type Settings<Shape extends Record<string, z.ZodType>, Required extends keyof Shape> =
  { readonly [Key in Required]: z.output<Shape[Key]> } & { readonly [Key in Exclude<keyof Shape, Required>]?: z.output<Shape[Key]> };
