import { normalize } from "node:path/posix";
import { z } from "zod";
import { described } from "#model/config/expectation";
import type { SiteKind } from "#model/config/sites/site-kind";

/** A directory that other tools read (Vagrant, simplestreams, `curl`). */
export interface LocalSite {
  readonly kind: "local";
  readonly name: string;
  /** Directory, relative to the project. */
  readonly path: string;
}

const path = described(
  z.string().min(1).refine((value) => !/[{}]/.test(value.replaceAll("{site}", ""))),
  "a directory, in which {site} stands for the site's name: .imagefleet/{site}",
).meta({
  description: "Directory that holds the catalog, relative to the project; `{site}` stands for the site's name. No two sites share one, and none overlaps the store.",
});

/** The local catalog. */
export const local: SiteKind<LocalSite, { path: typeof path }> = {
  title: "A directory that other tools read: a catalog of images with checksums and a simplestreams index.",
  settings: { path },
  required: ["path"],
  finish: (name, settings) => ({ kind: "local", name, path: directory(settings.path.replaceAll("{site}", name)) }),
  directory: (site) => site.path,
};

function directory(written: string): string {
  const plain = normalize(written);
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}
