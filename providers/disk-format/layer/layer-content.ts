import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

/** What of an image goes into an archive. */
export interface LayerContent {
  /** Whether a name goes in. What lies below a directory that does not, does not either. */
  holds(entry: TreeEntry): boolean;
  /** Whether an extended attribute goes in, by its full name. */
  keeps(attribute: string): boolean;
}

/** What the kernel or the system fills when it runs; the directories themselves are places to mount at. */
const mounted = ["/dev/", "/proc/", "/sys/", "/run/"];

/** The whole root file system, kernel included: for chroots, system containers, netboot. */
export const wholeSystem: LayerContent = {
  holds: ({ path, type }) => type !== "socket" && path !== "/lost+found" && !mounted.some((place) => path.startsWith(place)),
  keeps: () => true,
};

const kernelPlaces = ["/boot/", "/lib/modules/", "/usr/lib/modules/"];
const kernelLinks = /^\/(vmlinuz|initrd\.img)(\.old)?$/;
/** Labels belong to a system's own policy: a container gets those of its host. */
const ofPolicy = /^security\.(selinux|ima|evm)$|^trusted\./;

/** What a container's base image is expected to have: no kernel, whose modules and boot files no container can use. */
export const containerBase: LayerContent = {
  holds: (entry) => wholeSystem.holds(entry) && !kernelLinks.test(entry.path) && !kernelPlaces.some((place) => entry.path.startsWith(place)),
  keeps: (attribute) => !ofPolicy.test(attribute),
};

/** A name to be written, and the earlier one that it is a hard link to. */
export interface LayerItem {
  readonly entry: TreeEntry;
  readonly linkTo?: string;
}

/** What an archive holds, in the order of the tree: it is the same for the same image. */
export function layerItems(tree: FileTree, content: LayerContent): LayerItem[] {
  const first = new Map<number, string>();
  const items: LayerItem[] = [];
  for (const entry of tree.entries.values()) {
    if (!content.holds(entry)) continue;
    const linkTo = entry.type === "file" ? first.get(entry.inode) : undefined;
    items.push({ entry, linkTo });
    if (entry.type === "file" && entry.links > 1 && linkTo === undefined) first.set(entry.inode, entry.path);
  }
  return items;
}
