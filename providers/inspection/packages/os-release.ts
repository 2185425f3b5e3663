import type { FileTree } from "#providers/shared/file-tree/file-tree";

/** Which distribution an image is, by its own os-release. */
export interface OsRelease {
  /** `debian`, `rocky`, `alpine`; `linux` where the file does not say. */
  readonly id: string;
  /** `12`; absent in rolling distributions. */
  readonly version?: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly title: string;
}

export async function readOsRelease(tree: FileTree): Promise<OsRelease> {
  const text = (await tree.text("/etc/os-release")) ?? (await tree.text("/usr/lib/os-release")) ?? "";
  const facts = new Map(text.split("\n").map(assignment).filter((pair) => pair !== undefined));
  const id = facts.get("ID") ?? "linux";
  const version = facts.get("VERSION_ID");
  return { id, ...(version ? { version } : {}), title: facts.get("PRETTY_NAME") ?? id };
}

function assignment(line: string): [string, string] | undefined {
  const [, name, value = ""] = /^\s*([A-Z_0-9]+)=(.*?)\s*$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
  return [name, (quoted?.[1] ?? quoted?.[2] ?? value).replace(/\\(["$`\\])/g, "$1")];
}
