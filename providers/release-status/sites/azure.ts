import { registeredId } from "#model/azure-ids";
import type { AzureSite } from "#model/config/sites/azure";
import { isOurs } from "#providers/channel-flip/pointers/azure/target";
import { setExcluded } from "#providers/channel-flip/pointers/azure/set-excluded";
import { Arm } from "#providers/shared/azure/arm";
import { forgetListings } from "#providers/shared/azure/listing";
import { getRegistered } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";

/**
 * A withdrawn version is excluded from `latest`, into which its channel lets it again; who names it by its number gets it still, as Azure knows no other state. A managed
 * image has nothing that could be withdrawn.
 */
export const status: SiteStatus = {
  async withdraw(target) {
    const image = await offered(target);
    if (!image) return;
    await setExcluded(new Arm(), image, true, { ...target, action: `withdraw ${target.image}@${target.version}` });
    forgetListings();
  },

  async read(target) {
    return (await offered(target)) ? ["it is not excluded from latest"] : [];
  },
};

async function offered(target: StatusTarget): Promise<RegisteredImage | undefined> {
  const site = target.site as AzureSite;
  if (site.gallery === undefined) return undefined;
  const image = await getRegistered(new Arm(), registeredId(site, target));
  return image && isOurs(target, image) && image.profile?.excludeFromLatest !== true ? image : undefined;
}
