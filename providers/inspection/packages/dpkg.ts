import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Package, PackageDatabase } from "#providers/inspection/packages/package-database";
import { paragraphs } from "#providers/inspection/packages/paragraphs";

const statusFile = "/var/lib/dpkg/status";
/** One file a package: what images without dpkg itself have. */
const statusDirectory = "/var/lib/dpkg/status.d";

/** What dpkg has installed; undefined where the image has no dpkg database. */
export async function readDpkg(tree: FileTree): Promise<PackageDatabase | undefined> {
  const whole = await tree.text(statusFile);
  const parts = await singleFiles(tree);
  if (whole === undefined && parts.length === 0) return undefined;
  const path = whole === undefined ? statusDirectory : statusFile;
  // the files of status.d may leave the state out: what is there is installed
  const entries = [...paragraphs(whole ?? ""), ...parts.flatMap((text) => paragraphs(text)).map((entry) => new Map([["Status", "install ok installed"], ...entry]))];
  const broken = entries.findIndex((entry) => !entry.get("Package") || !/^\S+ \S+ \S+$/.test(entry.get("Status") ?? ""));
  const sound = broken < 0 ? entries : entries.slice(0, broken);
  return {
    type: "deb",
    path,
    packages: sound.filter(isPresent).map(packageOf),
    unfinished: sound.filter(isUnfinished).map((entry) => ({ name: entry.get("Package")!, state: stateOf(entry).join(" ") })),
    ...(broken < 0 ? {} : { fault: `paragraph ${broken + 1} of ${entries.length} has no package name or no status` }),
  };
}

async function singleFiles(tree: FileTree): Promise<string[]> {
  const names = [...tree.entries.keys()].filter((path) => path.startsWith(`${statusDirectory}/`) && !path.endsWith(".md5sums"));
  const texts = await Promise.all(names.map((name) => tree.text(name)));
  return texts.filter((text) => text !== undefined);
}

/** Wanted state, flag (`ok` or `reinstreq`) and state: the three words of `Status`. */
function stateOf(entry: Map<string, string>): string[] {
  return (entry.get("Status") ?? "").split(" ");
}

/** Files of the package are on the disk, whole or not. */
function isPresent(entry: Map<string, string>): boolean {
  return !["not-installed", "config-files"].includes(stateOf(entry)[2] ?? "") && entry.has("Version");
}

function isUnfinished(entry: Map<string, string>): boolean {
  const [, flag, state] = stateOf(entry);
  return flag !== "ok" || !["installed", "not-installed", "config-files"].includes(state ?? "");
}

function packageOf(entry: Map<string, string>): Package {
  const name = entry.get("Package")!;
  // `Source: gcc-12 (12.2.0-14)`: absent, or without a version, where it is the package's own
  const [, source = name, version] = /^(\S+)(?: \((.*)\))?$/.exec(entry.get("Source") ?? "") ?? [];
  return { type: "deb", name, version: entry.get("Version")!, arch: entry.get("Architecture") ?? "all", source: version ? `${source}@${version}` : source };
}
