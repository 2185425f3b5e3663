import type { OpenstackSite } from "#model/config/sites/openstack";
import { openstackImageName, ours } from "#model/openstack-image";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";
import { deactivateImage, listImages, patchImage, reactivateImage } from "#providers/shared/openstack/glance";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import { openCloud, type Cloud } from "#providers/shared/openstack/open-cloud";

/** A withdrawn image is deactivated, so that nobody gets its bytes, and hidden. Whether it is hidden otherwise is its registration's. */
export const status: SiteStatus = {
  async withdraw(target) {
    const cloud = await cloudOf(target);
    for (const image of await ownImages(cloud, target)) {
      if (image.status === "active") await deactivateImage(cloud, image);
      if (!image.hidden) await patchImage(cloud, image, [{ op: "replace", path: "/os_hidden", value: true }]);
    }
  },

  async restore(target) {
    const cloud = await cloudOf(target);
    for (const image of await ownImages(cloud, target)) if (image.status === "deactivated") await reactivateImage(cloud, image);
  },

  async read(target) {
    const images = await ownImages(await cloudOf(target), target);
    return images.flatMap(({ status: word, hidden }) => [...(word === "active" ? ["it is active"] : []), ...(hidden ? [] : ["it is not hidden"])]);
  },
};

function ownImages(cloud: Cloud, target: StatusTarget): Promise<GlanceImage[]> {
  return listImages(cloud, { name: openstackImageName(target), [ours.stack]: target.stack, [ours.version]: target.version });
}

function cloudOf({ site }: StatusTarget): Promise<Cloud> {
  const { cloud, region } = site as OpenstackSite;
  return openCloud(cloud, region);
}
