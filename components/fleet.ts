import * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "#fleet/load-fleet";
import { siteOf } from "#model/places";
import { Channel } from "#components/channel";
import { answerRequests, askForPublication } from "#components/requests";
import { declareHooks } from "#components/hooks";
import { failWithResources, succeededWith } from "#components/outcome";
import { OsImage } from "#components/os-image";
import { createSite } from "#components/sites/create-site";
import type { Site } from "#components/sites/site";
import { recordRevocations, removeRevoked, withdrawRevoked } from "#components/withdrawal";

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
      revoked: new Set(fleet.revoked.filter(({ image }) => image === name).map(({ version }) => version)),
    }));
  }
  warnOfContaining(fleet, declared);
  const all = [finish([...declared.values()], [...sites.values()]).then(() => Promise.all([announce(fleet, declared), promote(fleet, declared)])), recordRevocations(fleet)];
  void failWithResources([Promise.all(all).then(() => removeRevoked(fleet, [...declared.values()]))]);
  return { images: Object.fromEntries([...declared].map(([name, image]) => [name, image.facts])) };
}

/** What is layered on a revoked release is left as it is, but for being named. */
function warnOfContaining({ containing }: Fleet, images: ReadonlyMap<string, OsImage>): void {
  for (const { image, version, contains } of containing) {
    const declared = images.get(image);
    const stays = declared && [declared.plan.version, ...declared.plan.retained.map(({ build }) => build.version)].includes(version);
    if (stays) void pulumi.log.warn(`${version} is layered on ${contains}, which is revoked; it is still registered on ${declared.plan.image.sites.join(", ")}`, declared);
  }
}

/** What follows the registrations of all images, on each site. */
async function finish(images: readonly OsImage[], sites: readonly Site[]): Promise<void> {
  await Promise.all(images.map(({ done }) => done));
  await Promise.all(sites.flatMap((site) => site.finish?.() ?? []));
}

/** Tells those who want to know of releases that are on all sites of their image. */
async function announce({ config, unreachable }: Fleet, images: ReadonlyMap<string, OsImage>): Promise<void> {
  const away = new Set([...unreachable].map(siteOf));
  await Promise.all([...images].map(async ([image, declared]) => {
    const { version, image: { sites } } = declared.plan;
    const sha256 = await declared.diskOf(version);
    if (sha256 === undefined || sites.length === 0 || !sites.every((site) => !away.has(site) && declared.isServed(site, version))) return;
    await declareHooks(config.hooks, "publish", { image, version, sha256 }, { parent: declared, dependsOn: succeededWith((name) => name.includes(`/${image}@${version}/`)) });
  }));
}

/** Channels move last, each as far as its own sites are ready; then what is revoked is withdrawn. */
async function promote(fleet: Fleet, images: ReadonlyMap<string, OsImage>): Promise<void> {
  const [asked = [], own = []] = [true, false].map((others) => fleet.channels.filter(({ asks }) => (asks !== undefined) === others));
  const channels = own.map(({ channel, image, version, request, revokedFallback }) => new Channel({ channel: fleet.config.channels[channel]!, image: images.get(image)!, version, request, hurry: revokedFallback !== undefined, world: fleet }));
  await Promise.all([withdrawRevoked(fleet, [...images.values()], channels), askForPublication(fleet, asked, images), answerRequests(fleet, channels), ...channels.map(({ done }) => done)]);
}
