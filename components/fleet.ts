import type { Fleet } from "#fleet/load-fleet";
import { failWithResources } from "#components/outcome";
import { OsImage } from "#components/os-image";
import { createSite } from "#components/sites/create-site";
import type { Site } from "#components/sites/site";

/** Declares every image of the plan, parents first. @returns the stack's outputs by image name. */
export function declareFleet(fleet: Fleet): { images: Record<string, OsImage["facts"]> } {
  const { images, config, project, stack, unreachable } = fleet;
  const sites = new Map(Object.values(config.sites).map((site) => [site.name, createSite(site, fleet)]));
  const declared = new Map<string, OsImage>();
  for (const plan of images) {
    const { name, parent } = plan.image;
    declared.set(name, new OsImage(name, {
      plan,
      sites: plan.image.sites.map((site) => sites.get(site)!),
      parent: parent === undefined ? undefined : declared.get(parent),
      project,
      stack,
      unreachable,
    }));
  }
  void failWithResources([finish([...declared.values()], [...sites.values()])]);
  return { images: Object.fromEntries([...declared].map(([name, image]) => [name, image.facts])) };
}

/** What follows the registrations of all images, on each site. */
async function finish(images: readonly OsImage[], sites: readonly Site[]): Promise<void> {
  await Promise.all(images.map(({ done }) => done));
  await Promise.all(sites.flatMap((site) => site.finish?.() ?? []));
}
