import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";

/** A firmware volume that QEMU maps as flash. */
export interface FlashImage {
  readonly filename: string;
  readonly format: string;
}

export interface UefiFirmware {
  readonly code: FlashImage;
  /** Empty variables, to be copied for each guest. */
  readonly variables: FlashImage;
}

/** What QEMU's firmware descriptors say, as far as it is used here. */
interface Descriptor {
  readonly "interface-types"?: readonly string[];
  readonly mapping?: { readonly device?: string; readonly executable?: FlashImage; readonly "nvram-template"?: FlashImage };
  readonly targets?: readonly { readonly architecture: string; readonly machines: readonly string[] }[];
  readonly features?: readonly string[];
}

/** Where Debian, Fedora, Arch, SUSE and an administrator describe firmware for QEMU; what comes first hides the same name later. */
const places = ["/etc/qemu/firmware", "/usr/local/share/qemu/firmware", "/usr/share/qemu/firmware"];

/** Secure Boot would refuse a boot loader that nobody signed, and needs SMM, which is slow to emulate. */
const unwanted = new Set(["secure-boot", "requires-smm", "enrolled-keys"]);

/**
 * OVMF without Secure Boot, found by the descriptors that distributions install with it for QEMU's management tools.
 * @throws FleetError when there is none.
 */
export async function findUefiFirmware(dirs: readonly string[] = places): Promise<UefiFirmware> {
  const files = new Map<string, string>();
  for (const dir of dirs) for (const name of await readdir(dir).catch(() => [])) if (name.endsWith(".json") && !files.has(name)) files.set(name, join(dir, name));
  for (const name of [...files.keys()].sort()) {
    const found = usable(await descriptor(files.get(name)!));
    if (found) return found;
  }
  throw new FleetError({ action: "boot on UEFI", place: dirs.join(", "), cause: "no description of a UEFI firmware for x86_64 without Secure Boot is there", hint: "install the package ovmf (edk2-ovmf, qemu-ovmf-x86_64); npm run doctor says what else is missing" });
}

async function descriptor(file: string): Promise<Descriptor | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Descriptor;
  } catch {
    return undefined; // an empty file hides one of the distribution
  }
}

function usable(found: Descriptor | undefined): UefiFirmware | undefined {
  const { mapping, targets, features } = found ?? {};
  const fits = found?.["interface-types"]?.includes("uefi") && mapping?.device === "flash" && !features?.some((feature) => unwanted.has(feature))
    && targets?.some(({ architecture, machines }) => architecture === "x86_64" && machines.some((machine) => machine.startsWith("pc-q35-")));
  const [code, variables] = [mapping?.executable, mapping?.["nvram-template"]];
  return fits && code && variables ? { code, variables } : undefined;
}
