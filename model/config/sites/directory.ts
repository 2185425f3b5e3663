import { normalize } from "node:path/posix";
import { z } from "zod";
import { described } from "#model/config/expectation";

/** A directory that a site keeps for itself. */
export function directorySetting(holds: string) {
  return described(z.string().min(1).refine(onlySitePlaceholders), "a directory, in which {site} stands for the site's name: .imagefleet/{site}").meta({
    description: `Directory that holds ${holds}, relative to the project; \`{site}\` stands for the site's name. No two sites share one, and none overlaps the store.`,
  });
}

/** Whether a text has no placeholder but `{site}`. */
export function onlySitePlaceholders(value: string): boolean {
  return !/[{}]/.test(value.replaceAll("{site}", ""));
}

/** The directory that a setting means for a site, without a slash at its end. */
export function siteDirectory(written: string, site: string): string {
  const plain = normalize(written.replaceAll("{site}", site));
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}
