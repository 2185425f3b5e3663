import type { Finding } from "#providers/inspection/gate";
import type { Image } from "#providers/inspection/hygiene/image";
import { initrdFiles } from "#providers/inspection/hygiene/initrd-files";

export function hasAgent({ tree }: Image): boolean {
  return tree.resolve("/usr/bin/cloud-init") !== undefined;
}

/** What cloud-init may ask, as its configuration says last. undefined: it decides by itself. */
export async function datasources(image: Image): Promise<{ names: string[]; place: string } | undefined> {
  let said: { names: string[]; place: string } | undefined;
  for (const { path } of image.find("/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg")) {
    const [, list] = /^datasource_list:\s*\[([^\]]*)\]/m.exec(await image.text(path)) ?? [];
    if (list !== undefined) said = { names: list.split(",").map((name) => name.trim().replace(/["']/g, "")), place: path };
  }
  return said;
}

/** Kernels and initrds. */
export function bootsFrom(image: Image): string[] {
  return image.find("/boot/vmlinuz*", "/boot/initrd*", "/boot/initramfs*").filter(({ type }) => type === "file").map(({ path }) => path);
}

/**
 * Drivers that an image lacks, neither built into its kernel nor a module.
 * @param where `initrd`: wanted before the root file system is there; `kernel`: among its modules is enough.
 */
export async function lacksDrivers(image: Image, drivers: readonly string[], where: "initrd" | "kernel" = "initrd"): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { path } of image.find("/lib/modules/*", "/usr/lib/modules/*").filter(({ type }) => type === "directory")) {
    const builtin = await image.text(`${path}/modules.builtin`);
    const missing = drivers.filter((driver) => !hasModule(builtin.split("\n"), driver));
    const initrd = where === "initrd" ? initrdOf(image, path.slice(path.lastIndexOf("/") + 1)) : undefined;
    const files = initrd === undefined ? undefined : await initrdFiles(image.tree, initrd);
    const names = files ?? (await image.text(`${path}/modules.dep`)).split("\n").map((line) => line.replace(/:.*/, ""));
    for (const driver of missing) if (!hasModule(names, driver)) found.push({ place: files ? initrd! : path, problem: `lacks ${driver}` });
  }
  return found;
}

function initrdOf(image: Image, version: string): string | undefined {
  return image.find(`/boot/initrd.img-${version}`, `/boot/initramfs-${version}.img`, `/boot/initrd-${version}`)[0]?.path;
}

/** Modules spell their names with a hyphen or an underscore. */
function hasModule(paths: readonly string[], driver: string): boolean {
  const file = new RegExp(`(^|/)${driver.replaceAll("_", "[-_]")}\\.ko(\\.\\w+)?$`);
  return paths.some((path) => file.test(path));
}
