import { FleetError } from "#model/errors";
import { releaseName, type ReleaseId } from "#model/release";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";
import { initrdNames } from "#providers/disk-format/netboot/initrd-names";

/** What finds the root file system when an image starts from the network. */
export type LiveSystem = "live-boot" | "dracut";

export interface BootFiles {
  readonly kernel: TreeEntry;
  readonly initrd: TreeEntry;
  readonly live: LiveSystem;
}

const newest = new Intl.Collator("en", { numeric: true });
const rescue = /rescue/;
const marks: readonly { readonly live: LiveSystem; readonly name: RegExp }[] = [
  { live: "live-boot", name: /^scripts\/live$/ },
  { live: "dracut", name: /parse-livenet\.sh$/ },
];
const howTo = "add the script debian/netboot to the image's scripts (Debian, Ubuntu), or install dracut-live and dracut-network and run `dracut --add livenet --regenerate-all` (RPM families)";

/** The newest kernel of an image and its initrd, which must be able to fetch the root file system. */
export async function bootFiles(tree: FileTree, id: ReleaseId): Promise<BootFiles> {
  const fail = (cause: string, hint: string) => new FleetError({ action: `convert ${releaseName(id)} to netboot`, cause, hint });
  const pair = kernelPair(tree);
  if (!pair) throw fail("the image has no kernel with an initrd in /boot", "a container's image cannot start from the network: leave netboot out of the formats of its sites");
  const names = await initrdNames((await tree.read(pair.initrd.path)) ?? Buffer.of());
  if (!names) throw fail(`${pair.initrd.path} is compressed in a way that cannot be looked into`, "make it with gzip or zstd: COMPRESS=zstd in /etc/initramfs-tools/initramfs.conf, or compress=zstd for dracut");
  const live = marks.find(({ name }) => [...names].some((one) => name.test(one)))?.live;
  if (!live) throw fail(`${pair.initrd.path} cannot fetch a root file system: it has neither live-boot nor dracut's livenet`, howTo);
  return { ...pair, live };
}

function kernelPair(tree: FileTree): { kernel: TreeEntry; initrd: TreeEntry } | undefined {
  const versions = [...tree.entries.keys()].map((path) => /^\/boot\/vmlinuz-([^/]+)$/.exec(path)?.[1]).filter((version) => version !== undefined);
  for (const version of versions.filter((one) => !rescue.test(one)).sort((a, b) => newest.compare(b, a))) {
    const kernel = tree.resolve(`/boot/vmlinuz-${version}`);
    const initrd = [`initrd.img-${version}`, `initramfs-${version}.img`, `initramfs-${version}`, `initrd-${version}`].map((name) => tree.resolve(`/boot/${name}`)).find((entry) => entry?.type === "file");
    if (kernel?.type === "file" && initrd) return { kernel, initrd };
  }
  return undefined;
}
