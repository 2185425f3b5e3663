import { lstat, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { withCatalogLock } from "#providers/local-catalog/catalog-lock";
import { channelsOf, writeChannels } from "#providers/local-catalog/channels";
import { indexPath, latestPath, productsPath } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";
import { imageDirs, latestOf, publishedOf, wholeVersion } from "#providers/local-catalog/scan";
import { simplestreams, type FollowedRelease } from "#providers/local-catalog/simplestreams";
import { linkAtomically, writeAtomically } from "#providers/local-catalog/staging";
import { writeVagrantMetadata } from "#providers/local-catalog/vagrant-metadata";

const waiting = new Map<string, Promise<void>>();
const last = new Map<string, Promise<void>>();

/**
 * Makes the indexes and `latest` links again from what the catalog holds. Whoever asks while another run has not begun yet
 * shares that run, so that a thousand publications at once don't make a thousand indexes.
 */
export function reindex(root: string): Promise<void> {
  const key = resolve(root);
  const queued = waiting.get(key);
  if (queued) return queued;
  const before = last.get(key) ?? Promise.resolve();
  const run = before.catch(() => undefined).then(() => {
    waiting.delete(key);
    return withCatalogLock(root, () => rebuild(root));
  });
  waiting.set(key, run);
  last.set(key, run);
  return run;
}

async function rebuild(root: string): Promise<void> {
  const images = await imageDirs(root);
  const published = await Promise.all(images.map((image) => publishedOf(root, image)));
  const followed = await Promise.all(images.map(async (image, i): Promise<FollowedRelease[]> => {
    const channels = await channelsOf(root, image);
    await pointLatest(root, image, published[i] ?? []);
    await writeVagrantMetadata(root, image, published[i] ?? []);
    await writeChannels(root, image, channels, published[i] ?? []);
    return Object.entries(channels).map(([channel, version]) => ({ image, channel, version }));
  }));
  await writeStreams(root, published.flat(), followed.flat());
}

async function pointLatest(root: string, image: string, published: readonly Marker[]): Promise<void> {
  const target = wholeVersion(published);
  if ((await latestOf(root, image)) === target) return;
  if (target !== undefined) return linkAtomically(root, latestPath(image), target);
  const link = join(root, latestPath(image));
  if ((await lstat(link).catch(() => undefined))?.isSymbolicLink()) await rm(link);
}

/** Products before the index that names them. A list that says the same keeps its date and its file. */
async function writeStreams(root: string, published: readonly Marker[], followed: readonly FollowedRelease[]): Promise<void> {
  const date = await dateOf(root);
  const kept = date && simplestreams(published, date, followed);
  if (kept && (await same(root, productsPath, kept.products)) && (await same(root, indexPath, kept.index))) return;
  const { products, index } = simplestreams(published, new Date(), followed);
  await writeAtomically(root, productsPath, json(products));
  await writeAtomically(root, indexPath, json(index));
}

async function dateOf(root: string): Promise<Date | undefined> {
  try {
    const date = new Date((JSON.parse(await readFile(join(root, productsPath), "utf8")) as { updated: string }).updated);
    return Number.isNaN(date.getTime()) ? undefined : date;
  } catch {
    return undefined; // none yet, or damaged: it is written anew
  }
}

async function same(root: string, path: string, content: object): Promise<boolean> {
  return (await readFile(join(root, path), "utf8").catch(() => "")) === json(content);
}

function json(content: object): string {
  return `${JSON.stringify(content, null, 1)}\n`;
}
