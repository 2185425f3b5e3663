import { z } from "zod";
import { described } from "#model/config/expectation";
import { isWebAddress } from "#model/config/sites/web-address";
import { nativeChannel } from "#model/config/sites/native-channel";
import { list, text, truth, whole } from "#model/config/values";

/** Who may see an image besides its owner, in Glance's words. */
export const visibilities = ["private", "shared", "community", "public"] as const;

const formats = ["qcow2", "raw"] as const;

/** A schema of its own each time, since what belongs there is said of a schema. */
const word = (expected: string) => described(z.string().regex(/^\S+$/), expected);

const cloud = word( "the name of an entry of clouds.yaml: otc");

const project = described(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), 'the id of a project, quoted: "0f3c9a7be2d14b6f8a5d1c7e9b2a4f60"');

const member = described(z.strictObject({
  project: project.meta({ description: "Id of the project." }),
  cloud: cloud.optional().meta({ description: "Entry of clouds.yaml by which the project accepts the image. Default: its people accept it themselves." }),
}), "a map of a member's settings");

const tag = described(z.string().regex(/\S/).max(255), "text of at most 255 characters");

const propertyName = described(z.string().regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,254}$/), "the name of an image property: hw_disk_bus");

const uuid = described(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i), "a UUID");

const signature = described(z.strictObject({
  certificate: uuid.meta({ description: "UUID of the certificate in the region's key manager." }),
  keyFile: described(z.string().regex(/^[A-Z][A-Z0-9_]*$/), "the name of an environment variable, in upper case: IMAGE_SIGNING_KEY_FILE").meta({ description: "Environment variable with the path of the private key (PEM, RSA)." }),
}), "a map of certificate and keyFile");

const master = described(z.strictObject({
  flavor: text.meta({ description: "Name of the server's flavor." }),
  network: text.meta({ description: "Name of the network that the server is on." }),
  keyPair: text.optional().meta({ description: "Name of a key pair that may log in as well, to look at a server that was kept." }),
  floatingNetwork: text.optional().meta({ description: "Network that a floating IP comes from. Default: the fixed address is reached directly." }),
  securityGroups: list(text, "names of security groups").optional().meta({ description: "Security groups of the server.", default: [] }),
  user: word("the name of a user").optional().meta({ description: "User that cloud-init gives the key to.", default: "imagefleet" }),
  timeout: whole(1, 240, "minutes").optional().meta({ description: "Longest time from create to login.", default: 15 }),
  keep: truth.optional().meta({ description: "Keep the server, whatever comes out, to be looked at.", default: false }),
}), "a map of flavor, network and more");

/** What a region's images have, as users write it. */
export const openstackSettings = {
  cloud: cloud.meta({ description: "Entry of clouds.yaml: where the cloud is, and with which credentials." }),
  region: word("the name of a region: eu-de").meta({ description: "Region. Default: that of the entry." }),
  format: described(z.enum(formats), formats.join(" or ")).meta({ description: "Format of the images.", default: "qcow2" }),
  visibility: described(z.enum(visibilities), visibilities.join(", ")).meta({ description: "Who sees the images: the project alone, the `members`, whoever knows an id, everyone.", default: "private" }),
  publicApproval: text.meta({ description: "Who approved that the images are public, and where that is written down. Nothing is public without it." }),
  members: list(member, "members, each with its project").meta({ description: "Projects that images with the visibility `shared` are shared with." }),
  properties: described(z.record(propertyName, text), "a map of texts by the name of the image property").meta({ description: "More image properties, such as `hw_disk_bus`; they win over those that follow from the image." }),
  tags: list(tag, "tags").meta({ description: "Tags of the images." }),
  protected: truth.meta({ description: "Refuse deletion, by anyone, until the release leaves the configuration.", default: false }),
  minDisk: whole(0, 1_048_576, "GiB").meta({ description: "Smallest disk of a server. Default: the image's own, rounded up." }),
  minMemory: whole(0, 16_777_216, "MiB").meta({ description: "Least memory of a server.", default: 0 }),
  wholeDisk: truth.meta({ description: "Images of whole disks for bare metal (Ironic).", default: false }),
  webDownload: described(z.string().refine(isWebAddress).meta({ pattern: "^https?://" }), "an http or https URL without credentials, query and fragment: https://store.example.com/images")
    .meta({ description: "Base URL under which the region's Glance finds the store: it fetches the bytes itself. Default: they are uploaded." }),
  signature: signature.meta({ description: "Glance image signatures: what they are made with." }),
  nativeChannel: nativeChannel("lists its release alone: former ones are hidden"),
  stuckAfter: whole(1, 10_080, "minutes").meta({ description: "Time after which an image of ours that is still queued or saving counts as dead.", default: 30 }),
  master: master.meta({ description: "Boot each release here before other sites of the image take it. An image has at most one such site." }),
};
