import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { readApk } from "#providers/inspection/packages/apk";
import { readDpkg } from "#providers/inspection/packages/dpkg";
import { withLicenses } from "#providers/inspection/packages/license";
import { readOsRelease } from "#providers/inspection/packages/os-release";
import type { OsRelease } from "#providers/inspection/packages/os-release";
import { comparePackages } from "#providers/inspection/packages/package-database";
import type { Package, PackageDatabase } from "#providers/inspection/packages/package-database";
import { readRpm } from "#providers/inspection/packages/rpm";

export interface ImagePackages {
  readonly os: OsRelease;
  /** Every database that the image has; none in an image without a package manager. */
  readonly databases: readonly PackageDatabase[];
  /** Of all databases, sorted. */
  readonly packages: readonly Package[];
}

/** What is installed in an image, by its own databases. @param dir For private temporary files. */
export async function imagePackages(tree: FileTree, dir: string): Promise<ImagePackages> {
  const found = await Promise.all([readDpkg(tree), readRpm(tree, dir), readApk(tree)]);
  const databases = found.filter((database) => database !== undefined);
  const sorted = databases.flatMap((database) => database.packages).sort(comparePackages);
  // a package that a broken database lists twice would be two parts of one name in an SBOM
  const single = sorted.filter((one, index) => index === 0 || comparePackages(one, sorted[index - 1]!) !== 0);
  return { os: await readOsRelease(tree), databases, packages: await withLicenses(tree, single) };
}
