import { forgetListings } from "#providers/shared/gcp/stack-images";
import type { Pointers, PointerTarget } from "#providers/channel-flip/pointer";
import { readBack } from "#providers/channel-flip/pointers/clouds/read-back";
import { leaveFamily, moveFamily, readFamily } from "#providers/channel-flip/pointers/gcp/family";
import { moveLabels, readLabels } from "#providers/channel-flip/pointers/gcp/image-labels";
import { gcpOf, type GcpTarget } from "#providers/channel-flip/pointers/gcp/target";
import { verifyImage } from "#providers/channel-flip/pointers/gcp/verify";

/** Channels on Google Cloud: an image has one family, which is the native channel's; the others are labels. */
export const pointers: Pointers = {
  verify: (target, version) => verifyImage(ofGcp(target), version),
  read: async (target) => (target.native ? readFamily : readLabels)(ofGcp(target)),

  async move(target, to) {
    const gcp = ofGcp(target);
    if (!target.native) await moveLabels(gcp, to);
    else await (to === undefined ? leaveFamily(gcp) : moveFamily(gcp, to));
    // the channel may have been the other kind of pointer before the site's nativeChannel was changed
    await (target.native ? moveLabels(gcp, undefined) : leaveFamily(gcp));
    forgetListings();
    await readBack(target, to, () => pointers.read(target), { hint: "somebody else changes the images at the same time: look at the project's audit log, then npm run up", place: gcpOf(gcp).place });
  },
};

function ofGcp(target: PointerTarget): GcpTarget {
  return target as GcpTarget;
}
