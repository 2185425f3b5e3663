import { readdir, readFile, readlink } from "node:fs/promises";
import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { channelLabel } from "#model/gcp-image";
import { channelProperty } from "#model/openstack-image";
import { isVersion } from "#model/version";
import { channelTag } from "#model/tags";
import type { Servers } from "./servers.ts";
import { image } from "./stack-file.ts";

/** What consumers of a site find: asked of its server, not of us. */
export interface SiteView {
  /** Release that each channel points at. */
  readonly points: Readonly<Record<string, string>>;
  /** What is said of each release beside that; nothing of one that anybody who may use the site's images gets. */
  readonly releases: Readonly<Record<string, readonly string[]>>;
}

export type SiteName = keyof typeof views;

const channels = ["candidate", "stable"] as const;
export const awsRegions = ["eu-central-1", "eu-west-1"] as const;

const views = { laptop, boxes, north, corp, amazon, azure, google };

export const siteNames = Object.keys(views) as SiteName[];

/** What each kind of site is, for people. */
export const siteKinds: Readonly<Record<SiteName, string>> = {
  laptop: "local catalog", boxes: "Vagrant catalog", north: "OpenStack", corp: "vSphere", amazon: "AWS", azure: "Azure", google: "Google Cloud",
};

export async function lookAtSites(servers: Servers): Promise<Readonly<Record<SiteName, SiteView>>> {
  const entries = await Promise.all(siteNames.map(async (name) => [name, await views[name](servers)] as const));
  return Object.fromEntries(entries) as Record<SiteName, SiteView>;
}

/** Channels that point somewhere. */
function pointing(of: (channel: string) => string | undefined): Record<string, string> {
  return Object.fromEntries(channels.flatMap((channel) => { const version = of(channel); return version === undefined ? [] : [[channel, version]]; }));
}

async function directory({ project }: Servers, site: string, at: (channel: string) => Promise<string>): Promise<SiteView> {
  const names = await readdir(project.path(site, image));
  const versions = await Promise.all(channels.map((channel) => at(channel).catch(() => undefined)));
  return { points: pointing((channel) => versions[channels.indexOf(channel as "stable")]), releases: Object.fromEntries(names.filter((name) => isVersion(name)).map((name) => [name, []])) };
}

/** The links that clients follow. */
function laptop(servers: Servers): Promise<SiteView> {
  return directory(servers, "laptop", async (channel) => (await readlink(servers.project.path("laptop", image, "channels", channel))).replace("../", ""));
}

/** The metadata that Vagrant reads. */
function boxes(servers: Servers): Promise<SiteView> {
  return directory(servers, "boxes", async (channel) => {
    const { versions } = JSON.parse(await readFile(servers.project.path("boxes", image, "channels", `${channel}.json`), "utf8")) as { versions: { version: string }[] };
    return versions.map(({ version }) => version).join(" and ");
  });
}

async function north({ openstack }: Servers): Promise<SiteView> {
  const glance = openstack.glance("north", "factory");
  const images = [...(await glance.list()), ...(await glance.list({ os_hidden: true }))];
  return {
    points: pointing((channel) => images.find((one) => one[channelProperty(channel)] === "true")?.name?.slice(image.length + 1)),
    releases: Object.fromEntries(images.map((one) => [versionOf(one.name), [...(one.status === "active" ? [] : [one.status]), ...(one.os_hidden ? ["hidden"] : [])]])),
  };
}

/** What the publisher says, and whether the branch says the same. */
async function corp({ vcsim }: Servers): Promise<SiteView> {
  const [hub, branch] = await Promise.all([vcsim.items("hub"), vcsim.items("branch")]);
  const marks = (description: string): string[] => (/ channels:(\S+)/.exec(description)?.[1] ?? "").split(",");
  return {
    points: pointing((channel) => [...new Set([hub, branch].map((items) => versionOf(items.find(({ description }) => marks(description).includes(channel))?.name ?? null)))].join(" and ") || undefined),
    releases: Object.fromEntries(hub.map(({ name }) => [versionOf(name), branch.some((item) => item.name === name) ? [] : ["not at the branch"]])),
  };
}

/** Parameters and AMIs of both regions. */
async function amazon(servers: Servers): Promise<SiteView> {
  const { aws } = servers;
  const amis = awsRegions.flatMap((region) => aws.admin.images({ region, account: aws.account }));
  const targets = new Map(await Promise.all(channels.map(async (channel) => [channel as string, await Promise.all(awsRegions.map((region) => parameter(servers, region, channel)))] as const)));
  const named = (id: string | undefined): string | undefined => (id === undefined ? undefined : versionOf(amis.find((ami) => ami.id === id)?.name ?? null));
  return {
    points: pointing((channel) => [...new Set(targets.get(channel)!.map(named))].join(" and ") || undefined),
    releases: Object.fromEntries(amis.map((ami) => [versionOf(ami.name), [
      ...(ami.permissions.length === 0 ? ["private"] : ami.permissions.some((one) => "group" in one) ? ["PUBLIC"] : []),
      ...(Date.parse(ami.deprecationTime ?? "9999") < Date.now() + 3_600_000 ? ["deprecated"] : []),
    ]])),
  };
}

/** @returns id of the AMI that machines would be started from. */
async function parameter({ aws }: Servers, region: string, channel: string): Promise<string | undefined> {
  const client = new SSMClient({ region, endpoint: aws.endpoint, credentials: { accessKeyId: aws.env["AWS_ACCESS_KEY_ID"]!, secretAccessKey: aws.env["AWS_SECRET_ACCESS_KEY"]! } });
  try {
    return (await client.send(new GetParameterCommand({ Name: `/images/${image}/${channel}` }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** `latest` of the image definition, and tags. */
async function azure(servers: Servers): Promise<SiteView> {
  const versions = galleryVersions(servers);
  const offered = versions.filter(({ properties }) => !properties.publishingProfile.excludeFromLatest).map(({ name }) => name);
  return {
    points: pointing((channel) => (channel === "stable" ? offered.join(" and ") || undefined : versions.find(({ tags = {} }) => channelTag(channel) in tags)?.name)),
    releases: Object.fromEntries(versions.map(({ name, properties }) => [name, properties.publishingProfile.excludeFromLatest ? ["not latest"] : []])),
  };
}

interface GalleryVersion {
  readonly id: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: { readonly publishingProfile: { readonly excludeFromLatest: boolean } };
}

export function galleryVersions({ azure: { outOfBand } }: Pick<Servers, "azure">): GalleryVersion[] {
  return outOfBand.all("Microsoft.Compute/galleries/images/versions") as unknown as GalleryVersion[];
}

/** The image family, and labels. */
async function google({ gcp }: Servers): Promise<SiteView> {
  const { images } = gcp.outOfBand;
  const version = (name: string): string => versionOf(name).replaceAll("-", ".");
  const inFamily = images.filter(({ family, deprecated }) => family === `${image}-stable` && (deprecated?.state ?? "ACTIVE") === "ACTIVE");
  return {
    points: pointing((channel) => (channel === "stable" ? inFamily : images.filter(({ labels }) => channelLabel(channel) in labels)).map(({ name }) => version(name)).join(" and ") || undefined),
    releases: Object.fromEntries(images.map(({ name, deprecated }) => [version(name), deprecated?.state && deprecated.state !== "ACTIVE" ? [deprecated.state] : []])),
  };
}

function versionOf(name: string | null): string {
  return name?.slice(image.length + 1) ?? "";
}
