import { resolve } from "node:path";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { LocalSite, VagrantSite } from "#model/config/types";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { channelPlaces } from "#providers/local-catalog/channels";
import { inspectPublished } from "#providers/local-catalog/inspect";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { pointChannel } from "#providers/local-catalog/point-channel";
import { publishedOf } from "#providers/local-catalog/scan";
import { projectDir } from "#providers/shared/project";
import { pointed } from "#providers/channel-flip/pointed";
import { storedFormat } from "#providers/channel-flip/pointers/stored-format";
import type { Pointed, Pointers, PointerTarget } from "#providers/channel-flip/pointer";

/**
 * Channels of a directory of images: `<image>/channels.json`, and what is made from it: the link `<image>/channels/<channel>`, a product
 * of its own in simplestreams, and for Vagrant a box of its own.
 */
export const catalogPointers: Pointers = {
  async verify(target: PointerTarget, version: string): Promise<void> {
    for (const format of formatsOf(target.site)) await verifyFormat(target, version, format);
  },

  async read(target: PointerTarget): Promise<Pointed> {
    const root = rootOf(target);
    const places = await channelPlaces(root, target.image, target.channel, await publishedOf(root, target.image));
    return pointed(Object.entries(places).map(([place, at]) => ({ place, versions: at === undefined ? [] : [at] })));
  },

  async move(target: PointerTarget, to: string | undefined): Promise<void> {
    await pointChannel(rootOf(target), target.image, target.channel, to);
  },
};

async function verifyFormat(target: PointerTarget, version: string, format: string): Promise<void> {
  const { site, image } = target;
  const id = { image, version };
  const refuse = (cause: string) => new FleetError({ action: `verify ${releaseName(id)} on ${site.name}`, cause, hint: "run `npm run up`: it publishes what is missing" });
  const [build, record] = await storedFormat(id, format);
  if (!build || !record) throw refuse(`the store has no ${format} of ${releaseName(id)}`);
  const { sha256, bytes } = record.artifact;
  const { path, ...rest } = site as LocalSite | VagrantSite;
  const inputs: CatalogInputs = { site: site.name, path, image, version, format, key: build.key, sha256, bytes, ...(rest.kind === "vagrant" && { url: rest.url ?? "" }) };
  const state = await inspectPublished(rootOf(target), inputs, { deep: false });
  if (state !== "correct") throw refuse(`${format} is ${state === "gone" ? "missing" : state}`);
}

function rootOf({ site }: PointerTarget): string {
  return resolve(projectDir(), (site as LocalSite | VagrantSite).path);
}
