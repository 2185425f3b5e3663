import { directorySetting, siteDirectory } from "#model/config/sites/directory";
import type { SiteKind } from "#model/config/sites/site-kind";
import { formatName, someOf } from "#model/config/values";

/** A directory that other tools read (simplestreams, `curl`). */
export interface LocalSite {
  readonly kind: "local";
  readonly name: string;
  /** Directory, relative to the project. */
  readonly path: string;
  /** Names of the formats that it offers, each once, in the order of the configuration. Default [qcow2]. */
  readonly formats: readonly string[];
}

const defaultFormats = ["qcow2"];

const settings = {
  path: directorySetting("the catalog"),
  formats: someOf(formatName, "formats").meta({ description: "Formats in which the site offers every image. See [formats](#formats).", default: defaultFormats }),
};

/** The local catalog. */
export const local: SiteKind<LocalSite, typeof settings, "path"> = {
  title: "A directory that other tools read: a catalog of images with checksums and a simplestreams index.",
  settings,
  required: ["path"],
  finish: (name, { path, formats = defaultFormats }) => ({ kind: "local", name, path: siteDirectory(path, name), formats: [...new Set(formats)] }),
  formats: (site) => site.formats,
  directory: (site) => site.path,
};
