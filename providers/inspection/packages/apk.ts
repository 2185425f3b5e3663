import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Package, PackageDatabase } from "#providers/inspection/packages/package-database";
import { paragraphs } from "#providers/inspection/packages/paragraphs";

const places = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

/** What apk has installed; undefined where the image has no apk database. */
export async function readApk(tree: FileTree): Promise<PackageDatabase | undefined> {
  const path = places.find((place) => tree.resolve(place)?.type === "file");
  if (path === undefined) return undefined;
  const entries = paragraphs((await tree.text(path)) ?? "");
  const broken = entries.findIndex((entry) => !entry.get("P") || !entry.get("V"));
  const sound = broken < 0 ? entries : entries.slice(0, broken);
  const fault = broken < 0 ? {} : { fault: `paragraph ${broken + 1} of ${entries.length} has no package name or no version` };
  return { type: "apk", path, packages: sound.map(packageOf), unfinished: [], ...fault };
}

function packageOf(entry: Map<string, string>): Package {
  const license = entry.get("L");
  const name = entry.get("P")!;
  return { type: "apk", name, version: entry.get("V")!, arch: entry.get("A") ?? "noarch", source: entry.get("o") ?? name, ...(license ? { license } : {}) };
}
