/** A box that is published, as a catalog lists it. */
export interface CatalogBox {
  /** Of the release: valid for Vagrant, which compares versions by their numbers. */
  readonly version: string;
  /** `libvirt` or `virtualbox`. */
  readonly provider: string;
  /** `https://...` or `file:///...`. */
  readonly url: string;
  readonly sha256: string;
  /** As the image's facts name it: `x86_64`, `aarch64`. */
  readonly arch?: string;
}

interface Provider {
  readonly name: string;
  readonly url: string;
  readonly checksum: string;
  readonly checksum_type: "sha256";
  readonly architecture?: string;
  readonly default_architecture?: true;
}

/** What `vagrant box add <url>` reads of an image: every version with a box for each provider. */
export interface VagrantCatalog {
  readonly name: string;
  readonly description: string;
  readonly versions: readonly { readonly version: string; readonly providers: readonly Provider[] }[];
}

/** Vagrant 2.4 and later choose by architecture, and call it so; earlier ones pass over the setting. */
const architectures: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

/** A catalog of an image's boxes, the newest version first. */
export function vagrantCatalog(name: string, boxes: readonly CatalogBox[]): VagrantCatalog {
  const versions = [...new Set(boxes.map(({ version }) => version))].sort(newestFirst);
  return {
    name,
    description: `${name}, built and sealed by imagefleet`,
    versions: versions.map((version) => ({
      version,
      providers: boxes.filter((box) => box.version === version).sort((a, b) => (a.provider < b.provider ? -1 : 1)).map(providerOf),
    })),
  };
}

function providerOf({ provider, url, sha256, arch }: CatalogBox): Provider {
  const architecture = arch === undefined ? undefined : (architectures[arch] ?? arch);
  return { name: provider, url, checksum: sha256, checksum_type: "sha256", ...(architecture && { architecture, default_architecture: true }) };
}

function newestFirst(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number)) as [number[], number[]];
  const index = left.findIndex((part, at) => part !== right[at]);
  return index === -1 ? 0 : (right[index] ?? 0) - left[index]!;
}
