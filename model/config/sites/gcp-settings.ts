import { z } from "zod";
import { described } from "#model/config/expectation";
import { nativeChannel } from "#model/config/sites/native-channel";
import { list, text, truth, whole } from "#model/config/values";

const features = [
  "MULTI_IP_SUBNET", "SECURE_BOOT", "SEV_CAPABLE", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "WINDOWS", "GVNIC", "IDPF", "SEV_LIVE_MIGRATABLE", "SEV_SNP_CAPABLE",
  "SUSPEND_RESUME_COMPATIBLE", "TDX_CAPABLE", "SEV_LIVE_MIGRATABLE_V2", "SNP_SVSM_CAPABLE",
] as const;

const location = described(z.string().regex(/^[a-z]+(-[a-z]+\d+)?$/), "a region or a multi-region: europe-west3, eu");

const license = described(
  z.string().regex(/^(https:\/\/(www|compute)\.googleapis\.com\/compute\/[a-z0-9]+\/)?projects\/[a-z0-9.:-]+\/global\/licenses\/[a-z][a-z0-9-]*$/),
  "the path or URL of a licence: projects/debian-cloud/global/licenses/debian-12-bookworm",
);

const member = described(
  z.string().regex(/^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^\s:@]+@[^\s:@]+|domain:[^\s:@]+|(projectOwner|projectEditor|projectViewer):[^\s@]+|principal(Set)?:\/\/\S+)$/),
  "a principal in IAM's words: group:builders@example.com, domain:example.com", undefined, memberHint,
);

/** Addresses are what people know of each other. */
function memberHint(value: string): string | undefined {
  return /^[^\s:@]+@[^\s:@]+$/.test(value) ? `say what it is: user:${value}, group:${value} or serviceAccount:${value}` : undefined;
}

const labelName = described(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/), "a name of lower-case letters, digits, hyphens and underscores that starts with a letter, at most 63 long");
const labelValue = described(z.string().regex(/^[a-z0-9_-]{0,63}$/), "lower-case letters, digits, hyphens and underscores, at most 63");

/** What a project's images have, as users write it. */
export const gcpSettings = {
  project: described(z.string().regex(/^([a-z0-9][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/), "the id of a project: 6 to 30 lower-case letters, digits and hyphens").meta({ description: "Id of the project." }),
  bucket: described(z.string().regex(/^(?!goog)[a-z0-9](?:[a-z0-9._-]{1,220})[a-z0-9]$/), "the name of a bucket, without gs://", undefined, bucketHint).meta({ description: "Bucket that takes the archive until the image is made of it." }),
  storageLocations: list(location, "regions and multi-regions").meta({ description: "Where the image is kept. Default: the multi-region nearest to the bucket." }),
  licenses: list(license, "paths or URLs of licences").meta({ description: "Licences of the image." }),
  guestOsFeatures: list(described(z.enum(features), features.join(", ")), "features of a guest OS").meta({ description: "What machines may use, besides what follows from the image." }),
  secureBoot: truth.meta({ description: "The image has a signed boot chain and may be booted with Secure Boot; it must boot on UEFI.", default: false }),
  labels: described(z.record(labelName, labelValue), "a map of texts by the name of the label").meta({ description: "Labels of the images." }),
  members: list(member, "principals").meta({ description: "Who may use the images, in IAM's words." }),
  publicApproval: text.meta({ description: "Who approved that `members` has everyone, and where that is written down. Nothing is public without it." }),
  nativeChannel: nativeChannel("the image family follows"),
  kmsKey: described(z.string().regex(/^projects\/[^\s/]+\/locations\/[^\s/]+\/keyRings\/[^\s/]+\/cryptoKeys\/[^\s/]+(\/cryptoKeyVersions\/\d+)?$/), "projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>")
    .meta({ description: "Cloud KMS key that encrypts the images. Default: they are encrypted with a key of Google's." }),
  deprecateAfter: whole(1, 36_500, "days").meta({ description: "Days from the release's epoch after which an image should be deprecated. Default: none." }),
};

function bucketHint(value: string): string | undefined {
  return value.startsWith("gs://") ? `write the name alone: ${value.slice("gs://".length).replace(/\/.*$/, "")}` : undefined;
}
