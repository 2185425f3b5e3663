import { channelTag } from "#model/tags";
import { Arm } from "#providers/shared/azure/arm";
import { changeTags } from "#providers/shared/azure/registered";
import type { Pointed } from "#providers/channel-flip/pointer";
import { pointed } from "#providers/channel-flip/pointed";
import { imagesAround, isOurs, placeOf, requireImage, versionOf, type AzureTarget } from "#providers/channel-flip/pointers/azure/target";

/** Channels for which Azure has no pointer of its own are tags of the version or managed image. */
export async function readTags(target: AzureTarget): Promise<Pointed> {
  const tag = channelTag(target.channel);
  const tagged = (await imagesAround(target)).filter((image) => isOurs(target, image) && image.tags[tag] !== undefined);
  const versions = tagged.map((image) => (image.tags[tag] === versionOf(target, image) ? versionOf(target, image) : `${image.tags[tag]} on ${image.name}`));
  return pointed([{ place: placeOf(target), versions }]);
}

export async function moveTags(target: AzureTarget, to: string | undefined): Promise<void> {
  const tag = channelTag(target.channel);
  const arm = new Arm();
  const images = await imagesAround(target);
  const now = to === undefined ? undefined : requireImage(target, images, to);
  // first the new one: who looks in between finds two, and never none
  if (now && now.tags[tag] !== to) await changeTags(arm, now.id, { operation: "Merge", tags: { [tag]: to! } });
  for (const { id, tags } of images.filter((image) => isOurs(target, image) && image.tags[tag] !== undefined && image.id !== now?.id)) {
    await changeTags(arm, id, { operation: "Delete", tags: { [tag]: tags[tag]! } });
  }
}
