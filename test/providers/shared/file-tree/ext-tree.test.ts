import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameBytes, nameText } from "#providers/shared/file-tree/file-name";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";
import { fill, makeImages, MiB, run, withTree, type ImageFixture } from "./image-fixture.ts";

let images: ImageFixture;

beforeAll(async () => {
  images = await makeImages();
  await fill(images.source);
});

afterAll(() => images.remove());

type Facts = Pick<TreeEntry, "type" | "mode" | "uid" | "gid" | "size" | "mtime" | "links" | "target">;

/** What the source directory says of itself, by path. */
async function oracle(root: string): Promise<Map<string, Facts & { sha256?: string }>> {
  const found = new Map<string, Facts & { sha256?: string }>();
  const visit = async (path: string, name: Buffer): Promise<void> => {
    const stat = await lstat(name);
    const type = stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : stat.isFIFO() ? "fifo" : "file";
    const target = type === "link" ? { target: await readlink(name) } : {};
    const sha256 = type === "file" ? { sha256: createHash("sha256").update(await readFile(name)).digest("hex") } : {};
    found.set(path, { type, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, size: stat.size, mtime: Math.floor(stat.mtimeMs / 1000), links: stat.nlink, ...target, ...sha256 });
    if (type !== "directory") return;
    const children = await readdir(name, { encoding: "buffer" });
    for (const child of children) await visit(`${path === "/" ? "" : path}/${nameText(child)}`, Buffer.concat([name, Buffer.from("/"), child]));
  };
  await visit("/", Buffer.from(root));
  return found;
}

async function digest(tree: FileTree, entry: TreeEntry): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of tree.stream(entry)) hash.update(piece);
  return hash.digest("hex");
}

/** The tree is the source directory, but for what mke2fs adds and the sizes of directories. */
async function expectSource(tree: FileTree): Promise<void> {
  const wanted = await oracle(images.source);
  const found = new Map([...tree.entries].filter(([path]) => path !== "/lost+found"));
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [path, { sha256, ...facts }] of wanted) {
    const entry = found.get(path)!;
    const own = path === "/" ? { mtime: entry.mtime, links: entry.links } : {}; // made by mke2fs
    expect(entry, path).toMatchObject({ ...facts, ...own, size: facts.type === "directory" ? entry.size : facts.size });
    if (sha256) expect(await digest(tree, entry), path).toBe(sha256);
  }
}

/** Free ranges in bytes as dumpe2fs lists them, neighbours joined. */
function dumpe2fsFree(path: string, offset = 0): { start: number; length: number }[] {
  const text = run("dumpe2fs", [path]);
  const blockBytes = Number(/^Block size:\s+(\d+)/m.exec(text)![1]);
  const ranges: { start: number; length: number }[] = [];
  for (const [, list] of text.matchAll(/^ {2}Free blocks: (.*)$/gm)) {
    for (const [, from, to] of list!.matchAll(/(\d+)(?:-(\d+))?/g)) {
      const start = offset + Number(from) * blockBytes;
      const length = (Number(to ?? from) - Number(from) + 1) * blockBytes;
      const last = ranges.at(-1);
      if (last && last.start + last.length === start) last.length += length;
      else ranges.push({ start, length });
    }
  }
  return ranges;
}

const shapes: readonly (readonly [string, readonly string[]])[] = [
  ["ext2 with blocks of 1 KiB", ["-t", "ext2", "-b", "1024"]],
  ["ext2 with inodes of 128 bytes", ["-t", "ext2", "-I", "128", "-b", "4096"]],
  ["ext3", ["-t", "ext3"]],
  ["ext4", ["-t", "ext4"]],
  ["ext4 with blocks of 1 KiB", ["-t", "ext4", "-b", "1024"]],
  ["ext4 with blocks of 2 KiB, 32-bit", ["-t", "ext4", "-b", "2048", "-O", "^64bit"]],
  ["ext4 with inline data", ["-t", "ext4", "-O", "inline_data", "-I", "1024"]],
  ["ext4 with meta_bg", ["-t", "ext4", "-b", "1024", "-g", "256", "-O", "meta_bg,^resize_inode"]],
  ["ext4 with sparse_super2", ["-t", "ext4", "-b", "1024", "-O", "sparse_super2"]],
  ["ext4 without flex_bg, with small groups", ["-t", "ext4", "-b", "1024", "-g", "1024", "-O", "^flex_bg,^metadata_csum,uninit_bg"]],
  ["ext4 with every copy of the superblock", ["-t", "ext4", "-b", "1024", "-g", "2048", "-O", "^sparse_super,^resize_inode"]],
];

describe.each(shapes)("%s", (name, options) => {
  test("is read as the directory that it was made of, and what is free is what dumpe2fs says", async () => {
    const path = images.ext(name.replaceAll(" ", "-"), options);
    await withTree(path, async (tree) => {
      await expectSource(tree);
      expect(await tree.freeRanges()).toEqual(dumpe2fsFree(path));
    });
  });
});

test("reads a directory of thousands of files by its hash index, and what was deleted is gone", async () => {
  const many = await makeImages();
  try {
    await mkdir(join(many.source, "many"));
    const names = Array.from({ length: 4_000 }, (_, index) => `file-${index}-${"x".repeat(index % 40)}`);
    for (const file of names) await writeFile(join(many.source, "many", file), "");
    const path = many.ext("htree", ["-t", "ext4", "-b", "1024", "-N", "6000"]);
    try { run("e2fsck", ["-fyD", path]); } catch { /* ends with 1: it changed something */ }
    expect(run("debugfs", ["-R", "htree_dump /many", path])).toContain("Indirect levels");
    run("debugfs", ["-w", "-R", `rm /many/${names[77]}`, path]);
    await withTree(path, async (tree) => {
      const found = [...tree.entries.keys()].filter((one) => one.startsWith("/many/")).map((one) => one.slice(6));
      expect(found).toEqual(names.filter((_, index) => index !== 77).sort());
    });
  } finally {
    await many.remove();
  }
});

test("reads devices, and extended attributes in the inode, in a block, and in inodes of their own", async () => {
  const acl = join(images.dir, "acl");
  // version 2; owner rw, user 1000 r, group r, mask r, others nothing
  await writeFile(acl, Buffer.from("02000000" + "01000600ffffffff" + "02000400e8030000" + "04000400ffffffff" + "10000400ffffffff" + "20000000ffffffff", "hex"));
  const capability = Buffer.from("0100000200200000000000000000000000000000", "hex");
  await writeFile(join(images.dir, "capability"), capability);
  const large = Buffer.alloc(1000, "large");
  await writeFile(join(images.dir, "value"), large);
  const path = images.ext("attributes", ["-t", "ext4", "-O", "ea_inode"], { debugfs: [
    "mknod console c 5 1", "mknod disk b 259 30000", `ea_set -f ${join(images.dir, "capability")} /bin/su security.capability`, `ea_set -f ${acl} /etc/passwd system.posix_acl_access`,
    "ea_set /a user.small yes", `ea_set -f ${join(images.dir, "value")} /a user.large`, `ea_set -f ${join(images.dir, "value")} /a user.second`,
  ] });
  await withTree(path, async (tree) => {
    expect(tree.resolve("/console")).toMatchObject({ type: "character", device: { major: 5, minor: 1 } });
    expect(tree.resolve("/disk")).toMatchObject({ type: "block", device: { major: 259, minor: 30000 } });
    expect(await tree.attributes(tree.resolve("/bin/hard")!)).toEqual(new Map([["security.capability", capability]]));
    expect(await tree.attributes(tree.resolve("/etc/passwd")!)).toEqual(new Map([["system.posix_acl_access", await readFile(acl)]]));
    expect(await tree.attributes(tree.resolve("/a")!)).toEqual(new Map([["user.small", Buffer.from("yes")], ["user.large", large], ["user.second", large]]));
    expect(await tree.attributes(tree.resolve("/bin")!)).toEqual(new Map());
  });
});

test("follows links within the image only, reads no more than asked for, and knows names that are not UTF-8", async () => {
  await withTree(images.ext("links", ["-t", "ext4"], { debugfs: ["set_inode_field /etc/passwd mtime_extra 1", "symlink up ../../../../etc/passwd", "symlink round round", "symlink abs /bin"] }), async (tree) => {
    expect(await tree.text("/etc/os-release")).toBe("ID=test\n");
    expect(tree.resolve("/up")?.path).toBe("/etc/passwd");
    expect(tree.resolve("/up")!.mtime).toBeGreaterThan(2 ** 32); // one of the two bits that lead beyond 2038
    expect(tree.resolve("abs/./hard")?.path).toBe("/bin/hard");
    expect(tree.resolve("/round")).toBeUndefined();
    expect(tree.resolve("/etc/passwd/")).toBeUndefined();
    expect(tree.resolve("/etc/none")).toBeUndefined();
    expect(await tree.read("/bin")).toBeUndefined();
    expect(await tree.read("/a/large", 8)).toEqual(Buffer.from("large\nla"));
    expect((await tree.read("/a/large", 2 * MiB))!.length).toBe(2 * MiB);
    const latin = [...tree.entries.keys()].find((path) => path.startsWith("/bin/lat"))!;
    expect(nameBytes(latin)).toEqual(Buffer.from("/bin/lat\xe9", "latin1"));
    expect(await tree.text(latin)).toBe("latin1");
  });
});
