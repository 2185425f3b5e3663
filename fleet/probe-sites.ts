import { access, constants } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { SiteConfig } from "#model/config/types";

/** Milliseconds that a site has to answer. */
const patience = 10_000;

export interface Unreachable {
  readonly site: string;
  readonly cause: string;
}

/** Asks each site, side by side, whether it can be reached; those that cannot are left out of a run and named. */
export async function probeSites(sites: readonly SiteConfig[]): Promise<Unreachable[]> {
  const answers = await Promise.all(sites.map(probe));
  return answers.filter((answer) => answer !== undefined);
}

async function probe(site: SiteConfig): Promise<Unreachable | undefined> {
  const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience).unref());
  try {
    await Promise.race([reach(site), late]);
    return undefined;
  } catch (error) {
    return { site: site.name, cause: (error as Error).message };
  }
}

async function reach(site: SiteConfig): Promise<void> {
  switch (site.kind) {
    case "local":
    case "vagrant":
      return writable(resolve(site.path));
  }
}

/** A catalog that does not exist yet is made, so the nearest directory above it must take it. */
async function writable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === path) throw error;
    await writable(above);
  }
}
