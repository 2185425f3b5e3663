import { posix } from "node:path";
import type { FileTree, TreeEntry } from "../../../providers/shared/file-tree/file-tree.ts";

type Node = string | Buffer | (Partial<TreeEntry> & { readonly content?: string | Buffer });

/** A file tree of a few names held in memory: text and bytes are files, an object may be anything; directories above are made. */
export function memoryTree(nodes: Readonly<Record<string, Node>>): FileTree {
  const contents = new Map<number, Buffer>();
  const entries = new Map<string, TreeEntry>();
  const add = (path: string, node: Partial<TreeEntry> & { content?: string | Buffer }): void => {
    const content = Buffer.from(node.content ?? "");
    const inode = node.inode ?? entries.size + 2;
    if (!contents.has(inode)) contents.set(inode, content);
    const { content: _, ...rest } = node;
    const size = node.target?.length ?? contents.get(inode)!.length;
    entries.set(path, { path, type: node.target === undefined ? "file" : "link", mode: 0o644, uid: 0, gid: 0, size, mtime: 1_700_000_000, inode, links: 1, ...rest });
  };
  const directory = (path: string): void => {
    if (entries.has(path)) return;
    if (path !== "/") directory(posix.dirname(path));
    add(path, { type: "directory", mode: 0o755 });
  };
  for (const [path, node] of Object.entries(nodes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    directory(posix.dirname(path));
    add(path, typeof node === "string" || Buffer.isBuffer(node) ? { content: node } : node);
  }
  directory("/");
  const resolve = (path: string, hops = 0): TreeEntry | undefined => {
    let at = entries.get("/");
    for (const name of path.split("/").filter((part) => part !== "")) {
      const next: TreeEntry | undefined = at?.type === "directory" ? entries.get(posix.join(at.path, name)) : undefined;
      if (next?.target === undefined) at = next;
      else if (hops > 20) return undefined;
      else at = resolve(posix.resolve(at!.path, next.target), hops + 1);
      if (!at) return undefined;
    }
    return at;
  };
  const bytes = (path: string): Buffer | undefined => {
    const entry = resolve(path);
    return entry?.type === "file" ? contents.get(entry.inode) : undefined;
  };
  return {
    kind: "memory",
    entries,
    resolve,
    read: async (path, most) => bytes(path)?.subarray(0, most),
    text: async (path) => bytes(path)?.toString("utf8"),
    async *stream(entry) { yield contents.get(entry.inode)!; },
    attributes: async () => new Map(),
    freeRanges: async () => [],
    close: async () => {},
  };
}
