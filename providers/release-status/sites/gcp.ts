import type { GcpSite } from "#model/config/sites/gcp";
import { gcpImageName } from "#model/gcp-image";
import { isOurs } from "#providers/channel-flip/pointers/gcp/target";
import { getImage, setDeprecation } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import { forgetListings } from "#providers/shared/gcp/stack-images";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";

/** A withdrawn image is obsolete: no machine is made of it any more, and those that were go on. */
export const status: SiteStatus = {
  async withdraw(target) {
    const image = await ownImage(target);
    if (image?.deprecation !== "OBSOLETE" && image) await change(target, image, "OBSOLETE");
  },

  /** One that is in the family of a channel comes back deprecated: it would be what the family means, before the channel says so. */
  async restore(target) {
    const image = await ownImage(target);
    if (image?.deprecation === "OBSOLETE") await change(target, image, image.family === "" ? "ACTIVE" : "DEPRECATED");
  },

  async read(target) {
    const image = await ownImage(target);
    return !image || image.deprecation === "OBSOLETE" ? [] : [`it is ${image.deprecation.toLowerCase()}, not obsolete`];
  },
};

async function change(target: StatusTarget, { name }: ComputeImage, state: "ACTIVE" | "DEPRECATED" | "OBSOLETE"): Promise<void> {
  await setDeprecation(gcpOf(target), name, state);
  forgetListings();
}

async function ownImage(target: StatusTarget): Promise<ComputeImage | undefined> {
  const image = await getImage(gcpOf(target), gcpImageName(target));
  return image && isOurs(target, image) ? image : undefined;
}

function gcpOf({ site }: StatusTarget): Gcp {
  return openGcp((site as GcpSite).project);
}
