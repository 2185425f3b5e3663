import type { OpenstackSite, Visibility } from "#model/config/sites/openstack";
import { artifactName, type Format } from "#model/format";
import type { BuildRecord, ReleaseId } from "#model/release";

/** Properties by which we know our images again, and consumers find them. */
export const ours = {
  image: "imagefleet_image",
  version: "imagefleet_version",
  key: "imagefleet_key",
  sha256: "imagefleet_sha256",
  /** `<project>/<stack>`: whose image it is. */
  stack: "imagefleet_stack",
  /** `latest`; superseded releases have none. */
  channel: "imagefleet_channel",
  /** Where the store keeps the list of packages, and the signature over the artifact's digest: paths within it. */
  sbom: "imagefleet_sbom",
  seal: "imagefleet_seal",
} as const;

/** Of the property `imagefleet_channel_<channel>`, `true` on the release that a channel points at. ChannelFlip alone sets and removes it. */
export function channelProperty(channel: string): string {
  return `${ours.channel}_${channel}`;
}

/** What registrations and their checks compare: where channels point is none of their business. */
export function withoutChannels(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith(channelProperty(""))));
}

/** What follows from a release; the rest is the site's configuration. */
export interface ImageFacts extends ReleaseId {
  readonly key: string;
  readonly format: Format;
  /** Of the format's artifact. */
  readonly sha256: string;
  readonly os: BuildRecord["os"];
  readonly gateSet: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly superseded: boolean;
  /** Base64, by the key that belongs to the site's certificate. */
  readonly signature?: string;
}

/** What follows from the configuration alone, in the words of the official resource. */
export interface ImageSettings {
  readonly name: string;
  readonly containerFormat: "bare";
  readonly diskFormat: "qcow2" | "raw";
  /** MiB. */
  readonly minRamMb: number;
  readonly visibility: Visibility;
  readonly hidden: boolean;
  readonly tags: string[];
}

/** `debian-12-2026.1101.2` */
export function openstackImageName({ image, version }: ReleaseId): string {
  return `${image}-${version}`;
}

/** How a site has an image. Old releases stay for whoever names them, but lists no longer show them. */
export function imageSettings({ format, minMemory = 0, visibility, tags }: OpenstackSite, release: ReleaseId & { readonly superseded: boolean }): ImageSettings {
  return { name: openstackImageName(release), containerFormat: "bare", diskFormat: format, minRamMb: minMemory, visibility, hidden: release.superseded, tags: [...tags] };
}

/** What the image is, what the site adds, and what we know it by. */
export function imageProperties(site: OpenstackSite, facts: ImageFacts): Record<string, string> {
  return { ...systemProperties(facts.os), ...(site.wholeDisk && wholeDisk), ...others(site.properties), ...signatureProperties(site, facts), ...ourProperties(facts) };
}

/** Smallest disk, in GiB: as configured, else what holds that many bytes. Glance and Nova know no smaller unit. */
export function smallestDisk({ minDisk }: Pick<OpenstackSite, "minDisk">, virtualBytes: number): number {
  return minDisk ?? Math.ceil(virtualBytes / 2 ** 30);
}

/** Where a store keeps the artifact of a format, below its root: Glance fetches it from there. */
export function artifactReference(id: ReleaseId, format: Format): string {
  return `${groupReference(id, "formats", format.name)}/${artifactName(id, format)}`;
}

/** Names that begin as ours do mean what they mean to us. */
function others(properties: OpenstackSite["properties"]): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("imagefleet_")));
}

function groupReference({ image, version }: ReleaseId, kind: "formats" | "gates", name: string): string {
  return `images/${image}/${version}/${kind}/${name}`;
}

function ourProperties(facts: ImageFacts): Record<string, string> {
  const { image, version, key, sha256, stack, superseded, gateSet, format } = facts;
  return {
    [ours.image]: image,
    [ours.version]: version,
    [ours.key]: key,
    [ours.sha256]: sha256,
    [ours.stack]: stack,
    ...(!superseded && { [ours.channel]: "latest" }),
    [ours.sbom]: `${groupReference(facts, "gates", gateSet)}/sbom.cdx.json`,
    [ours.seal]: `${groupReference(facts, "formats", format.name)}/SHA256SUMS.asc`,
  };
}

/** Families whose name is another in libosinfo's vocabulary, which Glance asks for. */
const distributions: Readonly<Record<string, string>> = { alma: "almalinux", alpine: "alpinelinux", archlinux: "arch", oracle: "ol", redhat: "rhel", suse: "opensuse" };

/**
 * What the image is. Buses and drivers are left to Nova, whose defaults on KVM are what our images are tested with (virtio) and
 * which other hypervisors refuse by those names; who needs others sets `properties`. UEFI is asked for only where nothing else boots the disk.
 */
function systemProperties(os: BuildRecord["os"]): Record<string, string> {
  if (!os) return { os_type: "linux" };
  const { family, release, arch, firmware = ["bios"] } = os;
  return {
    os_type: "linux",
    os_distro: distributions[family] ?? family,
    os_version: release,
    architecture: arch,
    ...(!firmware.includes("bios") && { hw_firmware_type: "uefi" }),
  };
}

/** Ironic takes an image without kernel and ramdisk for a whole disk; this says so, whatever it makes of that. */
const wholeDisk = { img_type: "whole-disk" };

function signatureProperties({ signature: config }: OpenstackSite, { signature }: ImageFacts): Record<string, string> {
  if (!config || signature === undefined) return {};
  return { img_signature: signature, img_signature_hash_method: "SHA-256", img_signature_key_type: "RSA-PSS", img_signature_certificate_uuid: config.certificate };
}
