import { readdir, readFile, readlink, rm, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { isPlainName } from "#store/names";
import { ifPresent } from "#store/errors";
import { isVersion } from "#model/version";
import { channelLink, channelsDir, channelsPath, channelVagrantPath } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";
import { linkAtomically, writeAtomically } from "#providers/local-catalog/staging";
import { vagrantMetadata } from "#providers/local-catalog/vagrant-metadata";

/** Versions by channel. */
export type CatalogChannels = Readonly<Record<string, string>>;

const schema = z.object({ schemaVersion: z.literal(1), channels: z.record(z.string().refine(isPlainName), z.string().refine(isVersion)) });

/** What `<image>/channels.json` says; nothing where there is none, or it is damaged: the next update writes it anew. */
export async function channelsOf(root: string, image: string): Promise<CatalogChannels> {
  const text = await ifPresent(readFile(join(root, channelsPath(image)), "utf8"));
  try {
    return text === undefined ? {} : schema.parse(JSON.parse(text)).channels;
  } catch {
    return {};
  }
}

/** Makes what consumers follow again from the fact: a link for each channel, and what Vagrant reads of it. */
export async function writeChannels(root: string, image: string, channels: CatalogChannels, published: readonly Marker[]): Promise<void> {
  const wanted = Object.entries(channels).filter(([, version]) => published.some((marker) => marker.version === version));
  const names = new Set(wanted.flatMap(([channel]) => [channelLink(image, channel), channelVagrantPath(image, channel)].map((path) => basename(path))));
  for (const name of (await ifPresent(readdir(join(root, channelsDir(image))))) ?? []) if (!names.has(name)) await rm(join(root, channelsDir(image), name), { force: true });
  for (const [channel, version] of wanted) {
    if ((await linkedBy(root, image, channel)) !== version) await linkAtomically(root, channelLink(image, channel), join("..", version));
    await writeBox(root, image, channel, vagrantText(root, image, channel, version, published));
  }
  if (wanted.length === 0) await rmdir(join(root, channelsDir(image))).catch(() => undefined);
}

/** What the places of a channel say, each with its version or `nothing`; only places that should say something are asked. */
export async function channelPlaces(root: string, image: string, channel: string, published: readonly Marker[]): Promise<Record<string, string | undefined>> {
  const version = (await channelsOf(root, image))[channel];
  const places: Record<string, string | undefined> = { [channelsPath(image)]: version, [channelLink(image, channel)]: await linkedBy(root, image, channel) };
  const wanted = version === undefined ? undefined : vagrantText(root, image, channel, version, published);
  const found = await ifPresent(readFile(join(root, channelVagrantPath(image, channel)), "utf8"));
  if (wanted !== found) places[channelVagrantPath(image, channel)] = "something else";
  return places;
}

async function linkedBy(root: string, image: string, channel: string): Promise<string | undefined> {
  const target = await readlink(join(root, channelLink(image, channel))).catch(() => undefined);
  return target === undefined ? undefined : basename(target);
}

/** A box has no channels and the newest version wins, so each channel is a box of its own, `<image>/<channel>`, with the one version. */
function vagrantText(root: string, image: string, channel: string, version: string, published: readonly Marker[]): string | undefined {
  return vagrantMetadata(root, `${image}/${channel}`, published.filter((marker) => marker.version === version));
}

async function writeBox(root: string, image: string, channel: string, text: string | undefined): Promise<void> {
  const path = channelVagrantPath(image, channel);
  const found = await ifPresent(readFile(join(root, path), "utf8"));
  if (found === text) return;
  if (text === undefined) await rm(join(root, path), { force: true });
  else await writeAtomically(root, path, text);
}
