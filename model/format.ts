import type { ReleaseId } from "#model/release";

/** Every kind of thing that a release's disk is turned into. */
export const formatKinds = ["raw", "qcow2", "vhd", "vhdx", "ova", "gce", "vagrant-libvirt", "vagrant-virtualbox", "rootfs", "oci", "netboot"] as const;

export type FormatKind = (typeof formatKinds)[number];

/** A format as a site asks for it: its kind, and for an OVA what the boundary's oldest reader understands. */
export interface Format {
  /** Its name in configuration, store and resource names: `qcow2`, `ova`, `ova-vmx-10-sha1`. One name, one meaning. */
  readonly name: string;
  readonly kind: FormatKind;
  /** OVA only: virtual hardware version (`vmx-<n>`). Default 15: ESXi 6.7 U2 and later, VirtualBox, Workstation 15. */
  readonly hardware?: number;
  /** OVA only: digest of the manifest. ESXi 5.5 and 6.0 read SHA-1 only. Default sha256. */
  readonly manifest?: "sha1" | "sha256";
}

export const defaultHardware = 15;

/** Virtual hardware versions that an OVA may have: 8 is ESXi 5.0, 22 is ESXi 9.0. */
const hardwareRange = { least: 8, most: 22 };

/** Reads a format's name. @returns undefined where there is no such format. */
export function parseFormat(name: string): Format | undefined {
  const kind = formatKinds.find((one) => one === name);
  if (kind === "ova") return { name, kind, hardware: defaultHardware, manifest: "sha256" };
  if (kind) return { name, kind };
  const ova = /^ova-vmx-([1-9]\d?)(?:-(sha1|sha256))?$/.exec(name);
  const hardware = Number(ova?.[1]);
  if (!ova || hardware < hardwareRange.least || hardware > hardwareRange.most) return undefined;
  return { name, kind: "ova", hardware, manifest: ova[2] === "sha1" ? "sha1" : "sha256" };
}

const extensions: Readonly<Record<FormatKind, string>> = {
  raw: "raw", qcow2: "qcow2", vhd: "vhd", vhdx: "vhdx", ova: "ova", gce: "tar.gz", "vagrant-libvirt": "libvirt.box", "vagrant-virtualbox": "virtualbox.box",
  rootfs: "rootfs.tar.gz", oci: "oci.tar", netboot: "netboot.tar",
};

/** `debian-12-2026.1101.2.qcow2`: the name of a format's artifact, in the store and wherever it is published as a file. */
export function artifactName({ image, version }: ReleaseId, { name, kind }: Format): string {
  const variant = name === kind ? "" : `-${name.slice(kind.length + 1)}`;
  return `${image}-${version}${variant}.${extensions[kind]}`;
}
