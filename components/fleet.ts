import type { Fleet } from "#fleet/load-fleet";
import { failWithResources } from "#components/outcome";
import { OsImage } from "#components/os-image";

/** Declares every image of the plan, parents first. @returns the stack's outputs by image name. */
export function declareFleet({ images, config, project, stack }: Fleet): { images: Record<string, OsImage["facts"]> } {
  const declared = new Map<string, OsImage>();
  for (const plan of images) {
    const { name, parent, sites } = plan.image;
    declared.set(name, new OsImage(name, {
      plan,
      sites: sites.map((site) => config.sites[site]!),
      parent: parent === undefined ? undefined : declared.get(parent),
      project,
      stack,
    }));
  }
  void failWithResources([...declared.values()].map(({ done }) => done));
  return { images: Object.fromEntries([...declared].map(([name, image]) => [name, image.facts])) };
}
