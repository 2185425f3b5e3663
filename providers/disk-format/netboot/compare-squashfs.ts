import { createHash } from "node:crypto";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";
import { wholeSystem } from "#providers/disk-format/layer/layer-content";

/** Names in one command, far below what a system takes. */
const atOnce = 2000;
/** What stands in the listing for the place to unpack to. */
const listed = /^(\S{10}) (\d+)\/(\d+) +(?:\d+|(\d+), *(\d+)) (\d{4}-\d\d-\d\d \d\d:\d\d) squashfs-root(.*)$/;
const letters = { file: "-", directory: "d", link: "l", character: "c", block: "b", fifo: "p", socket: "s" } as const;
const env = () => ({ ...baseEnvironment(), LC_ALL: "C.UTF-8", TZ: "UTC" });

/**
 * Compares a squashfs with the image that it was made of: names, modes, owners, times and link targets by its listing,
 * contents by the digests of many files at once. The root directory, which
 * mksquashfs makes, and names that are not text are not looked at.
 * @returns what differs, or undefined.
 */
export async function compareSquashfs(path: string, tree: FileTree, signal: AbortSignal): Promise<string | undefined> {
  const entries = [...tree.entries.values()].filter((entry) => wholeSystem.holds(entry) && entry.path !== "/" && entry.path.isWellFormed() && !/[\r\n]/.test(entry.path));
  return (await wrongName(path, entries, signal)) ?? (await wrongContent(path, tree, entries.filter(({ type }) => type === "file"), signal));
}

async function wrongName(path: string, entries: readonly TreeEntry[], signal: AbortSignal): Promise<string | undefined> {
  const found = new Set<string>();
  const result = await exec("unsquashfs", ["-lln", path], { env: env(), signal });
  if (!result.ok) return result.tail.at(-1) ?? "unsquashfs failed";
  for (const line of result.stdout.split("\n")) {
    const [, mode, uid, gid, major, minor, time, name] = listed.exec(line) ?? [];
    if (mode) found.add([mode, uid, gid, major ?? "", minor ?? "", time, name].join(" "));
  }
  return entries.find((entry) => !found.has(expected(entry)))?.path;
}

function expected({ path, type, mode, uid, gid, mtime, target, device }: TreeEntry): string {
  const bits = [...(mode & 0o777).toString(2).padStart(9, "0")].map((bit, index) => (bit === "1" ? "rwx"[index % 3]! : "-"));
  [[0o4000, 2, "s"], [0o2000, 5, "s"], [0o1000, 8, "t"]].forEach(([flag, index, letter]) => {
    if (mode & Number(flag)) bits[Number(index)] = bits[Number(index)] === "x" ? String(letter) : String(letter).toUpperCase();
  });
  const time = new Date(Math.max(0, mtime) * 1000).toISOString().slice(0, 16).replace("T", " ");
  const name = path + (target === undefined ? "" : ` -> ${target}`);
  return [letters[type] + bits.join(""), uid, gid, device?.major ?? "", device?.minor ?? "", time, name].join(" ");
}

async function wrongContent(path: string, tree: FileTree, files: readonly TreeEntry[], signal: AbortSignal): Promise<string | undefined> {
  for (let from = 0; from < files.length; from += atOnce) {
    const part = files.slice(from, from + atOnce);
    const hash = createHash("sha256");
    for (const file of part) for await (const piece of tree.stream(file)) hash.update(piece);
    const names = part.map((file) => file.path.slice(1));
    const result = await exec("sh", ["-c", 'set -e; sqfscat -strict-errors -no-wildcards "$@" | sha256sum', "sh", path, ...names], { env: env(), signal });
    if (!result.stdout.startsWith(hash.digest("hex"))) return `the content of a file from ${part[0]?.path} to ${part.at(-1)?.path}`;
  }
  return undefined;
}
