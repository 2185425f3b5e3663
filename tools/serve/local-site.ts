import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { FleetError } from "#model/errors";
import type { LocalSite } from "#model/config/types";

// Only what is needed here, so that a fault elsewhere in the file keeps nobody from the images.
const stackSchema = z.object({ config: z.object({ "imagefleet:sites": z.record(z.string(), z.looseObject({ kind: z.string(), path: z.string().optional() })).default({}) }) });

/** Kinds of sites that are directories. */
const directories = ["local", "vagrant"];

/** Finds a local site in a stack's settings: the one that is named, else the only one. */
export async function findLocalSite(projectDir: string, stack: string, name?: string): Promise<Pick<LocalSite, "name" | "path">> {
  const file = join(projectDir, `Pulumi.${stack}.yaml`);
  const refuse = (cause: string, hint: string): FleetError => new FleetError({ action: name ? `serve the site ${name}` : "serve a local site", place: file, cause, hint });
  const text = await readFile(file, "utf8").catch(() => {
    throw refuse("there is no such stack file", "name another stack: npm run serve -- --stack <name>");
  });
  const sites = Object.entries(sitesOf(text, refuse)).filter(([, site]) => directories.includes(site.kind) && site.path);
  const names = sites.map(([site]) => site).join(", ");
  const wanted = name === undefined ? sites : sites.filter(([site]) => site === name);
  const [found, ...others] = wanted;
  if (!found) throw refuse(sites.length === 0 ? "it has no site of the kind local or vagrant" : `it has no such site of that name, only ${names}`, "see imagefleet:sites");
  if (others.length > 0) throw refuse(`it has several: ${names}`, "name one: npm run serve -- --site <name>");
  return { name: found[0], path: found[1].path! };
}

function sitesOf(text: string, refuse: (cause: string, hint: string) => FleetError) {
  try {
    return stackSchema.parse(parse(text)).config["imagefleet:sites"];
  } catch (error) {
    throw refuse(`imagefleet:sites cannot be read: ${(error as Error).message}`, "run `npm run preview`: it says what is wrong and where");
  }
}
