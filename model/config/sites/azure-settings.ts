import { z } from "zod";
import { described } from "#model/config/expectation";
import { nativeChannel } from "#model/config/sites/native-channel";
import { list, whole } from "#model/config/values";

/** What machines made of an image may or must have. */
export const azureSecurityTypes = ["standard", "trustedLaunchSupported", "trustedLaunch"] as const;

const locationForm = /^[a-z][a-z0-9]+$/;

/** A schema of its own each time, since what belongs there is said of a schema. */
const location = () => described(z.string().regex(locationForm), "the name of a region, as programs write it: westeurope", undefined, locationHint);

const replicas = () => whole(1, 100, "replicas");

/** Azure shows `West Europe` and takes `westeurope`. */
function locationHint(value: string): string | undefined {
  const plain = value.toLowerCase().replace(/[\s_-]/g, "");
  return plain !== value && locationForm.test(plain) ? `write ${plain}` : undefined;
}

const replica = described(z.union([location(), z.strictObject({
  region: location().meta({ description: "Name of the region." }),
  replicas: replicas().optional().meta({ description: "Copies there: more of them start more machines at once.", default: 1 }),
})]), "the name of a region: northeurope, or a map of region and replicas", undefined, locationHint);

const tagName = described(z.string().regex(/^[^<>%&\\?/]*[^<>%&\\?/\s][^<>%&\\?/]*$/).max(512), "text of at most 512 characters without <>%&\\?/");
const tagValue = described(z.string().max(256), "text of at most 256 characters");

/** What a subscription's images have, as users write it. */
export const azureSettings = {
  subscription: described(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i), "a UUID").meta({ description: "Id of the subscription." }),
  resourceGroup: described(z.string().regex(/^[\w().-]{0,89}[\w()-]$/), "the name of a resource group: letters, digits and _().-, no dot at its end, at most 90 long").meta({ description: "Resource group of the gallery, or of the managed images." }),
  location: location().meta({ description: "Region that the bytes enter." }),
  storageAccount: described(z.string().regex(/^[a-z0-9]{3,24}$/), "the name of a storage account: 3 to 24 lower-case letters and digits").meta({ description: "Storage account in the location, which takes the disk until the image is made of it." }),
  container: described(z.string().regex(/^[a-z0-9](?:-?[a-z0-9])+$/).min(3).max(63), "the name of a container: 3 to 63 lower-case letters, digits and single hyphens").meta({ description: "Container for it.", default: "imagefleet" }),
  gallery: described(z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._]{0,78}[A-Za-z0-9])?$/), "the name of a gallery: letters, digits, dots and underscores, at most 80 long", undefined, galleryHint)
    .meta({ description: "Compute Gallery, which exists. Default: managed images in the resource group." }),
  replicateTo: list(replica, "regions, each with its replicas").meta({ description: "Other regions that versions in the gallery are replicated to." }),
  replicas: replicas().meta({ description: "Replicas in the location.", default: 1 }),
  security: described(z.enum(azureSecurityTypes), azureSecurityTypes.join(", ")).meta({
    description: "What machines made of the gallery's images may or must have; only `standard` for images that boot on BIOS alone. Default: `trustedLaunchSupported` where the image boots on UEFI.",
  }),
  publisher: described(z.string().regex(/^[\w.-]{0,127}[\w-]$/), "text of letters, digits and _.-, at most 128 long").meta({ description: "Publisher of the image definitions.", default: "imagefleet" }),
  tags: described(z.record(tagName, tagValue), "a map of texts by the name of the tag").meta({ description: "Tags of image definitions, versions and managed images." }),
  nativeChannel: nativeChannel("`latest` stands for in the gallery"),
  endOfLifeAfter: whole(1, 36_500, "days").meta({ description: "Days from the release's epoch to the end of its version's life. Default: none." }),
};

function galleryHint(value: string): string | undefined {
  return value.includes("-") ? "galleries have no hyphens in their names" : undefined;
}
