import { lstat, mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lock } from "proper-lockfile";
import { FleetError } from "#model/errors";
import { indexPath, latestPath, productsPath, stagingName } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";
import { imageDirs, latestOf, publishedOf, wholeVersion } from "#providers/local-catalog/scan";
import { simplestreams } from "#providers/local-catalog/simplestreams";
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
    return locked(root, () => rebuild(root));
  });
  waiting.set(key, run);
  last.set(key, run);
  return run;
}

/** One process at a time: of two that both looked and then wrote, the slower could write what is no longer true. */
async function locked(root: string, work: () => Promise<void>): Promise<void> {
  await mkdir(join(root, stagingName), { recursive: true });
  let compromised: Error | undefined;
  const release = await lock(root, {
    lockfilePath: join(root, ".lock"),
    stale: 10_000, // its holder touches it every 2 s; a reader of half-true indexes would be mended by the next run
    update: 2_000,
    retries: { retries: 400, minTimeout: 50, maxTimeout: 250 },
    onCompromised: (error) => (compromised = error),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new FleetError({ action: "update the catalog's index", place: root, cause: error.code === "ELOCKED" ? "another process has held its lock for over a minute" : error.message, hint: "let the other run end, then run `pulumi up` again" }, { cause: error });
  });
  try {
    await work();
  } finally {
    if (!compromised) await release().catch(() => undefined);
  }
}

async function rebuild(root: string): Promise<void> {
  const images = await imageDirs(root);
  const published = await Promise.all(images.map((image) => publishedOf(root, image)));
  await Promise.all(images.map(async (image, i) => {
    await pointLatest(root, image, published[i] ?? []);
    await writeVagrantMetadata(root, image, published[i] ?? []);
  }));
  await writeStreams(root, published.flat());
}

async function pointLatest(root: string, image: string, published: readonly Marker[]): Promise<void> {
  const target = wholeVersion(published);
  if ((await latestOf(root, image)) === target) return;
  if (target !== undefined) return linkAtomically(root, latestPath(image), target);
  const link = join(root, latestPath(image));
  if ((await lstat(link).catch(() => undefined))?.isSymbolicLink()) await rm(link);
}

/** Products before the index that names them. A list that says the same keeps its date and its file. */
async function writeStreams(root: string, published: readonly Marker[]): Promise<void> {
  const date = await dateOf(root);
  const kept = date && simplestreams(published, date);
  if (kept && (await same(root, productsPath, kept.products)) && (await same(root, indexPath, kept.index))) return;
  const { products, index } = simplestreams(published, new Date());
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
