import type { FormatKind } from "#model/format";
import type { FormatWriter } from "#providers/disk-format/format-writer";

/** Who writes a kind of format: imported when it is first asked for, so that nobody pays for what no site needs. */
export const formatWriters: { readonly [kind in FormatKind]?: () => Promise<FormatWriter> } = {
  raw: async () => (await import("#providers/disk-format/formats/raw")).raw,
  qcow2: async () => (await import("#providers/disk-format/formats/qcow2")).qcow2,
  vhd: async () => (await import("#providers/disk-format/formats/vhd")).vhd,
  vhdx: async () => (await import("#providers/disk-format/formats/vhdx")).vhdx,
  ova: async () => (await import("#providers/disk-format/formats/ova")).ova,
  gce: async () => (await import("#providers/disk-format/formats/gce")).gce,
  "vagrant-libvirt": async () => (await import("#providers/disk-format/formats/vagrant-libvirt")).vagrantLibvirt,
  "vagrant-virtualbox": async () => (await import("#providers/disk-format/formats/vagrant-virtualbox")).vagrantVirtualbox,
  rootfs: async () => (await import("#providers/disk-format/formats/rootfs")).rootfs,
  oci: async () => (await import("#providers/disk-format/formats/oci")).oci,
  netboot: async () => (await import("#providers/disk-format/formats/netboot")).netboot,
};
