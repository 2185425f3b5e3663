import type { Finding } from "#providers/inspection/gate";
import { fileSystemIds } from "#providers/inspection/hygiene/file-system-ids";
import type { Image } from "#providers/inspection/hygiene/image";
import { commandLines } from "#providers/inspection/hygiene/kernel-arguments";
import { all, each, filled, left, lines, saidLines, saying, texts } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const diskName = /^\/dev\/(sd[a-z]|vd[a-z]|xvd[a-z]|hd[a-z]|nvme\d|mmcblk\d)/;

/** What the image mounts, and what it remembers of the builder's disks. */
export const diskRules: readonly Rule[] = [
  {
    id: "hygiene/fstab-device",
    title: "Mounts name file systems, not devices",
    why: "/dev/sda1 is /dev/vda1 or /dev/nvme0n1p1 on another machine: it does not boot.",
    mend: "Write UUID= or LABEL= to /etc/fstab.",
    severity: "high",
    source: "fstab(5); Azure: Prepare a Linux VHD; AWS: NVMe device names",
    find: mounts(([device = ""]) => (diskName.test(device) ? `names ${device}` : undefined)),
  },
  {
    id: "hygiene/fstab-root",
    title: "The root file system is in /etc/fstab",
    why: "Without it systemd leaves the root file system read-only, and does not enlarge or check it.",
    mend: "Add its line: `UUID=... / ext4 defaults 0 1`.",
    severity: "medium",
    source: "systemd-remount-fs.service(8)",
    unasked: ({ tree, target }) => {
      if (target === "container" || target === "netboot") return `not for ${target}`;
      return tree.resolve("/lib/systemd/systemd") ? undefined : "there is no systemd";
    },
    find: async (image) => {
      const mounted = (await mountLines(image)).some(([, place]) => place === "/");
      if (mounted || (await commandLines(image)).some(({ words }) => words.includes("rw"))) return [];
      return [{ place: "/etc/fstab", problem: "does not name the root file system" }];
    },
  },
  {
    id: "hygiene/fstab-removable",
    title: "No CD and no floppy disk in /etc/fstab",
    why: "Installers write them there; a machine that lacks the drive waits for it.",
    mend: "Remove the line in the clean-up: `sed -i /cdrom/d /etc/fstab`.",
    severity: "low",
    source: "Red Hat: Customizing cloud images",
    find: mounts(([device = "", place = "", kind = ""]) =>
      /^\/dev\/(sr\d|cdrom|fd\d|floppy)/.test(device) || /^\/media\/(cdrom|floppy)/.test(place) || /\biso9660\b/.test(kind) ? `names ${device}` : undefined),
  },
  {
    id: "hygiene/fstab-missing",
    title: "Every mounted file system is on the disk",
    why: "systemd waits 90 seconds for what is missing, and then gives the boot up.",
    mend: "Remove the line from /etc/fstab, or correct its UUID.",
    severity: "high",
    source: "systemd.mount(5), nofail",
    find: missing,
  },
  {
    id: "hygiene/fstab-network",
    title: "No file server in /etc/fstab",
    why: "It is the builder's; a password of it may stand there.",
    mend: "Remove the line in the clean-up.",
    severity: "medium",
    source: "fstab(5)",
    find: mounts(([device = "", , kind = ""]) =>
      /^(nfs4?|cifs|smb3?|9p|virtiofs|vboxsf|glusterfs|ceph|fuse\.(sshfs|s3fs))$/.test(kind) || /^(\/\/|[\w.-]+:\/)/.test(device) ? `mounts from elsewhere (${kind})` : undefined),
  },
  {
    id: "hygiene/swap-file",
    title: "No swap file",
    why: "It holds memory of the build's machine, and makes every image larger.",
    mend: "`swapoff` and remove it in the clean-up; machines make their own, by cloud-init's `swap`.",
    severity: "medium",
    source: "Azure: Prepare a Linux VHD; cloud-init: Disk setup",
    find: all(filled(
      "/swapfile", "/swap.img", "/swap", "/.swap", "/swapfile.*", "/var/swap*", "/swap/*",
    ), mounts(([device = "", , kind = ""]) => (kind === "swap" && device.startsWith("/") && !device.startsWith("/dev/") ? `uses ${device}` : undefined))),
  },
  {
    id: "hygiene/swap-partition",
    title: "No swap partition",
    why: "It keeps memory of the build's machine, and stands in the way of a root file system that grows.",
    mend: "Install without one (`partman-basicfilesystems/no_swap`), unless it is meant.",
    severity: "info",
    source: "GCP: Requirements to build custom images",
    find: mounts(([device = "", , kind = ""]) => (kind === "swap" && !(device.startsWith("/") && !device.startsWith("/dev/")) ? `uses ${device}` : undefined)),
  },
  {
    id: "hygiene/resume",
    title: "Nothing to resume from",
    why: "The initrd waits 30 seconds at every boot for a swap area that the machines lack.",
    mend: "Write `RESUME=none` to /etc/initramfs-tools/conf.d/resume and run update-initramfs; remove `resume=` from the kernel's command line.",
    severity: "low",
    source: "initramfs-tools(7)",
    find: all(
      saying(["/etc/initramfs-tools/conf.d/*", "/etc/initramfs-tools/initramfs.conf"], /^(export\s+)?RESUME=(?!["']?(none|auto)?["']?$)/, "names a swap area"),
      async (image) => (await commandLines(image)).filter(({ words }) => words.some((word) => /^resume=./.test(word))).map(({ place }) => ({ place, problem: "has resume=" })),
    ),
  },
  {
    id: "hygiene/crypttab",
    title: "No encrypted disks of the builder",
    why: "The key would be in the image, or the boot waits for a passphrase that nobody types.",
    mend: "Encrypt disks where machines run; remove the lines of /etc/crypttab and its key files.",
    severity: "high",
    source: "crypttab(5)",
    find: all(lines(["/etc/crypttab"], () => "names an encrypted disk"), filled("/etc/cryptsetup-keys.d/*", "/etc/luks/*", "/crypto_keyfile.bin")),
  },
  {
    id: "hygiene/storage-ids",
    title: "No ids of the builder's disks",
    why: "LVM ignores disks that are not listed; RAID arrays and multipath devices of the builder are looked for.",
    mend: "Remove /etc/lvm/devices/system.devices, /etc/lvm/{archive,backup}, /etc/multipath/{wwids,bindings} and the ARRAY lines of mdadm.conf.",
    severity: "medium",
    source: "lvmdevices(8), multipath(8), mdadm.conf(5)",
    find: all(
      left("/etc/lvm/devices/*.devices", "/etc/lvm/archive/*", "/etc/lvm/backup/*", "/etc/lvm/cache/*", "/etc/zfs/zpool.cache"),
      texts(["/etc/multipath/wwids", "/etc/multipath/bindings"], (text) => (saidLines(text).length > 0 ? "names disks" : undefined)),
      saying(["/etc/mdadm/mdadm.conf", "/etc/mdadm.conf"], /^ARRAY\b/i, "names an array"),
    ),
  },
];

function mounts(problem: (fields: readonly string[]) => string | undefined): Rule["find"] {
  return each(["/etc/fstab"], async (_entry, image) => {
    const wrong = (await mountLines(image)).map(problem).filter((found) => found !== undefined);
    return wrong.length > 0 ? wrong.join("; ") : undefined;
  });
}

async function mountLines(image: Image): Promise<string[][]> {
  return saidLines(await image.text("/etc/fstab")).map((line) => line.split(/\s+/));
}

async function missing(image: Image): Promise<Finding[]> {
  const wanted = (await mountLines(image)).filter(([, , , options = ""]) => !/\b(nofail|noauto)\b/.test(options));
  const named = wanted.map(([device = ""]) => /^(?:UUID=|\/dev\/disk\/by-uuid\/)"?([\w-]+)"?$/.exec(device)?.[1]).filter((id) => id !== undefined);
  const present = named.length > 0 ? await fileSystemIds(image.job) : undefined;
  return present ? named.filter((id) => !present.has(id.toLowerCase())).map((id) => ({ place: "/etc/fstab", problem: `UUID ${id} is on no partition of the disk` })) : [];
}
