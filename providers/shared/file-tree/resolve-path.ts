import type { TreeEntry } from "#providers/shared/file-tree/file-tree";

/** As many as the kernel follows. */
const mostLinks = 40;

/** The entry that an absolute path leads to: links are followed within the tree, and `..` never leads out of it. */
export function resolvePath(entries: ReadonlyMap<string, TreeEntry>, path: string): TreeEntry | undefined {
  let at = "";
  let links = 0;
  const todo = path.split("/").reverse();
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name === "" || name === ".") continue;
    if (name === "..") { at = at.slice(0, Math.max(0, at.lastIndexOf("/"))); continue; }
    const entry = entries.get(`${at}/${name}`);
    if (!entry) return undefined;
    if (entry.type !== "link") {
      at = entry.path;
      // only a directory has something below it, even a mere slash
      if (entry.type !== "directory" && todo.length > 0) return undefined;
      continue;
    }
    if (++links > mostLinks || !entry.target) return undefined;
    if (entry.target.startsWith("/")) at = "";
    todo.push(...entry.target.split("/").reverse());
  }
  return entries.get(at || "/");
}
