import { comparePackageVersions } from "#providers/inspection/packages/compare-versions";
import type { Package } from "#providers/inspection/packages/package-database";

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

export interface PackageChange extends Omit<PackageVersion, "version"> {
  readonly from: string;
  readonly to: string;
}

/** What an image has that its last release had not, and the other way round; each list by name. */
export interface PackageChanges {
  readonly added: readonly PackageVersion[];
  readonly removed: readonly PackageVersion[];
  readonly upgraded: readonly PackageChange[];
  readonly downgraded: readonly PackageChange[];
}

/** Compares two package lists by name and architecture. Of packages that may be there several times (kernels), the newest of each side are matched. */
export function packageChanges(before: readonly Package[], after: readonly Package[]): PackageChanges {
  const changes = { added: [] as PackageVersion[], removed: [] as PackageVersion[], upgraded: [] as PackageChange[], downgraded: [] as PackageChange[] };
  const [old, now] = [byKey(before), byKey(after)];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const gone = without(old.get(key), now.get(key));
    const come = without(now.get(key), old.get(key));
    const [from, to] = [gone[0], come[0]];
    if (from && to) {
      const list = comparePackageVersions(to.type, from.version, to.version) <= 0 ? changes.upgraded : changes.downgraded;
      list.push({ name: to.name, arch: to.arch, from: from.version, to: to.version });
    }
    changes.removed.push(...gone.slice(to ? 1 : 0).map(shown));
    changes.added.push(...come.slice(from ? 1 : 0).map(shown));
  }
  return changes;
}

function byKey(packages: readonly Package[]): Map<string, Package[]> {
  return Map.groupBy(packages, ({ type, name, arch }) => `${name} ${arch} ${type}`);
}

/** Versions that the other side has not, newest first. */
function without(packages: readonly Package[] = [], others: readonly Package[] = []): Package[] {
  const known = new Set(others.map(({ version }) => version));
  return packages.filter(({ version }) => !known.has(version)).sort((a, b) => comparePackageVersions(a.type, b.version, a.version));
}

function shown({ name, version, arch }: Package): PackageVersion {
  return { name, version, arch };
}
