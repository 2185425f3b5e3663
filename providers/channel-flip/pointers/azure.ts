import { forgetListings } from "#providers/shared/azure/listing";
import type { Pointers, PointerTarget } from "#providers/channel-flip/pointer";
import { moveTags, readTags } from "#providers/channel-flip/pointers/azure/image-tags";
import { moveLatest, readLatest } from "#providers/channel-flip/pointers/azure/latest";
import { placeOf, type AzureTarget } from "#providers/channel-flip/pointers/azure/target";
import { verifyImage } from "#providers/channel-flip/pointers/azure/verify";
import { readBack } from "#providers/channel-flip/pointers/clouds/read-back";

/** Channels on Azure: a gallery has one `latest` of an image, which is the native channel's; the others are tags, as all are of managed images. */
export const pointers: Pointers = {
  verify: (target, version) => verifyImage(ofAzure(target), version),
  read: async (target) => (isLatest(target) ? readLatest : readTags)(ofAzure(target)),

  async move(target, to) {
    const azure = ofAzure(target);
    await (isLatest(target) ? moveLatest : moveTags)(azure, to);
    // the channel may have been a tag before the site's nativeChannel was changed
    if (isLatest(target)) await moveTags(azure, undefined);
    forgetListings();
    await readBack(target, to, () => pointers.read(target), { hint: "somebody else changes the images at the same time: look at the activity log of the resource group, then npm run up", place: placeOf(azure) });
  },
};

function isLatest(target: PointerTarget): boolean {
  return target.native && ofAzure(target).site.gallery !== undefined;
}

function ofAzure(target: PointerTarget): AzureTarget {
  return target as AzureTarget;
}
