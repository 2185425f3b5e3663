/** Package managers whose databases are read; the names are those of package URLs. */
export const packageTypes = ["deb", "rpm", "apk"] as const;

export type PackageType = (typeof packageTypes)[number];

/** One installed package, as the image's own database has it. */
export interface Package {
  readonly type: PackageType;
  readonly name: string;
  /** As the package manager prints it, an epoch other than 0 included: `1:9.2p1-2+deb12u7`. */
  readonly version: string;
  readonly arch: string;
  /** Source package; `<name>@<version>` where its version is another. */
  readonly source: string;
  /** As the package says it; SPDX identifiers where they are known. */
  readonly license?: string;
}

/** What one database in an image says. */
export interface PackageDatabase {
  readonly type: PackageType;
  /** Where it is in the image. */
  readonly path: string;
  readonly packages: readonly Package[];
  /** Packages whose installation was begun and not finished, each with its state in words. */
  readonly unfinished: readonly { readonly name: string; readonly state: string }[];
  /** Why it cannot be read, or not to its end. */
  readonly fault?: string;
}

/** By name, then version, then architecture, in code units: the same list whatever the order of the database. */
export function comparePackages(a: Package, b: Package): number {
  return order(a.name, b.name) || order(a.version, b.version) || order(a.arch, b.arch) || order(a.type, b.type);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
