import { formatsOf } from "#model/config/sites/site-kinds";
import type { FleetConfig, SiteConfig } from "#model/config/types";
import type { ImagePlan, StoredRelease } from "#model/plan";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";

const nothing: Found = { ids: {}, refusals: [], unreachable: [] };

/** Asks every site that gives ids of its own what it has of ours, side by side, each with one bounded listing. */
export async function findRegistered(config: FleetConfig, plans: readonly ImagePlan[], search: Search): Promise<Found> {
  const sites = Object.values(config.sites).filter(({ name }) => !search.unreachable.has(name));
  const all = await Promise.all(sites.map((site) => findOn(site, wantedOn(site, plans), search)));
  return {
    ids: Object.assign({}, ...all.map(({ ids }) => ids)) as Found["ids"],
    refusals: all.flatMap(({ refusals }) => refusals),
    unreachable: all.flatMap(({ unreachable }) => unreachable),
  };
}

async function findOn(site: SiteConfig, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  switch (site.kind) {
    case "local":
    case "vagrant":
      return nothing;
    case "aws":
      return (await import("#fleet/found/aws")).findAws(site, wanted, search);
    case "azure":
      return (await import("#fleet/found/azure")).findAzure(site, wanted, search);
    case "gcp":
      return (await import("#fleet/found/gcp")).findGcp(site, wanted, search);
    case "openstack":
      return (await import("#fleet/found/openstack")).findOpenstack(site, wanted, search);
    case "vsphere":
      return (await import("#fleet/found/vsphere")).findOnVsphere(site, wanted, search);
  }
}

function wantedOn(site: SiteConfig, plans: readonly ImagePlan[]): WantedRegistration[] {
  return plans.filter(({ image }) => image.sites.includes(site.name)).flatMap((plan) => [...current(site, plan), ...plan.retained.flatMap((release) => stored(site, release))]);
}

function current(site: SiteConfig, { image, version, key, release }: ImagePlan): WantedRegistration[] {
  return formatsOf(site).map((format) => ({ image: image.name, version, key, format, ...facts(release, format) }));
}

function stored(site: SiteConfig, release: StoredRelease): WantedRegistration[] {
  const { image, version, key } = release.build;
  return formatsOf(site).filter((format) => release.formats[format]).map((format) => ({ image, version, key, format, ...facts(release, format) }));
}

function facts(release: StoredRelease | undefined, format: string): Pick<WantedRegistration, "sha256" | "bytes"> {
  const artifact = release?.formats[format]?.artifact;
  return artifact ? { sha256: artifact.sha256, bytes: artifact.bytes } : {};
}
