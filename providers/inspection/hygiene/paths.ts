import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

/** Finds the entries that patterns name: `*` in a name stands for any letters, `**` as the last name for all below. */
export interface Paths {
  find(pattern: string): TreeEntry[];
}

/** Indexes a tree by directory, once: a pattern then costs what it matches, not a walk. */
export function indexPaths(tree: FileTree): Paths {
  const children = new Map<string, TreeEntry[]>();
  for (const entry of tree.entries.values()) {
    if (entry.path === "/") continue;
    const parent = entry.path.slice(0, entry.path.lastIndexOf("/")) || "/";
    const siblings = children.get(parent);
    if (siblings) siblings.push(entry);
    else children.set(parent, [entry]);
  }
  const below = (dir: string): TreeEntry[] => (children.get(dir) ?? []).flatMap((entry) => [entry, ...(entry.type === "directory" ? below(entry.path) : [])]);
  const named = (dir: string, name: string): TreeEntry[] => {
    if (name.includes("*")) return (children.get(dir) ?? []).filter((entry) => wildcard(name).test(entry.path.slice(entry.path.lastIndexOf("/") + 1)));
    const entry = tree.entries.get(dir === "/" ? `/${name}` : `${dir}/${name}`);
    return entry ? [entry] : [];
  };
  return {
    find(pattern) {
      let found: TreeEntry[] = [tree.entries.get("/")!];
      for (const name of pattern.split("/").slice(1)) {
        const dirs = new Set(found.map(({ path }) => tree.resolve(path)).filter((entry) => entry?.type === "directory").map((entry) => entry!.path));
        found = [...dirs].flatMap((dir) => (name === "**" ? below(dir) : named(dir, name)));
      }
      return found;
    },
  };
}

const wildcards = new Map<string, RegExp>();

function wildcard(name: string): RegExp {
  const known = wildcards.get(name);
  if (known) return known;
  const made = new RegExp(`^${name.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
  wildcards.set(name, made);
  return made;
}
