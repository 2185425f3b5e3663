import { spawnSync } from "node:child_process";
import { appendFile, chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { containedTarget } from "../../../../providers/inspection/scan/contained-link.ts";
import { extractTree } from "../../../../providers/inspection/scan/extract-tree.ts";
import { withTreeCopy } from "../../../../providers/inspection/scan/tree-copy.ts";
import { writeHashdeep } from "../../../../providers/shared/file-tree/hashdeep.ts";
import { fill, makeImages, withTree } from "../../shared/file-tree/image-fixture.ts";
import { inspectionJob } from "../inspection-job.ts";
import { memoryTree } from "../memory-tree.ts";

let dir: string;
let root: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-extract-"));
  root = join(dir, "root");
  await mkdir(root);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("files, directories, links and hard links arrive with their permission bits; devices do not", async () => {
  await extractTree(memoryTree({
    "/usr/bin/su": { content: "program", mode: 0o4755 },
    "/etc/shadow": { content: "x", mode: 0 },
    "/tmp": { type: "directory", mode: 0o1777 },
    "/proc": { type: "directory", mode: 0o555 },
    "/a": { content: "once", inode: 900, links: 2 },
    "/b": { content: "once", inode: 900, links: 2 },
    "/lib": { target: "usr/lib" },
    "/dev/null": { type: "character", device: { major: 1, minor: 3 } },
    "/run/socket": { type: "socket" },
  }), root);
  const mode = async (path: string): Promise<string> => ((await lstat(join(root, path))).mode & 0o7777).toString(8);
  expect([await mode("usr/bin/su"), await mode("etc/shadow"), await mode("tmp"), await mode("proc")]).toEqual(["4755", process.geteuid?.() === 0 ? "0" : "400", "1777", "755"]);
  expect((await stat(join(root, "a"))).ino).toBe((await stat(join(root, "b"))).ino);
  expect(await readlink(join(root, "lib"))).toBe("usr/lib");
  expect([await readdir(join(root, "dev")), await readdir(join(root, "run"))]).toEqual([[], []]);
});

test("no link leads out of the copy", async () => {
  await extractTree(memoryTree({
    "/etc/passwd": "the image's own",
    "/absolute": { target: "/etc/passwd" },
    "/deep/er/climbs": { target: "../../../../../../etc/passwd" },
    "/top": { target: "/" },
    "/over": { target: "top/../../../../etc/passwd" },
    "/missing": { target: "/etc/hostname" },
  }), root);
  for (const name of ["absolute", "deep/er/climbs", "over"]) expect(await readFile(join(root, name), "utf8")).toBe("the image's own");
  expect(await realpath(join(root, "top"))).toBe(await realpath(root));
  await expect(readFile(join(root, "missing"))).rejects.toThrow("ENOENT");
});

test("a link's new target leads where the old one led in the image, and never climbs above it", () => {
  const name = fc.constantFrom("a", "b", "..", ".", "etc");
  const target = fc.tuple(fc.constantFrom("", "/"), fc.array(name, { minLength: 1, maxLength: 8 })).map(([start, names]) => start + names.join("/"));
  const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }).map((names) => `/${names.join("/")}`);
  fc.assert(fc.property(path, target, (from, to) => {
    const contained = containedTarget(from, to);
    expect(contained.startsWith("/")).toBe(false);
    expect(posix.join("/", posix.dirname(from), contained).replace(/(.)\/$/, "$1")).toBe(posix.resolve("/", posix.dirname(from), to));
    const ups = /^(\.\.\/?)*/.exec(contained)![0].split("..").length - 1;
    expect(ups).toBeLessThan(from.split("/").length - 1);
    expect(contained.slice(ups * 3)).not.toContain("..");
  }));
});

test("names that lead elsewhere are refused before anything is written", async () => {
  await expect(extractTree(memoryTree({ "/etc/../../x": "boo" }), root)).rejects.toThrow("a name in its file system leads elsewhere");
  expect(await readdir(root)).toEqual([]);
});

test("holes take no room", async () => {
  const content = Buffer.alloc(8 << 20);
  await extractTree(memoryTree({ "/sparse": content }), root, { most: 1024 });
  const { size, blocks } = await stat(join(root, "sparse"));
  expect([size, blocks]).toEqual([8 << 20, 0]);
});

test("more data than there is room for stop the copy, and a copy leaves nothing behind", async () => {
  await expect(extractTree(memoryTree({ "/big": Buffer.alloc(4096, 1) }), root, { most: 4095 })).rejects.toThrow(/need more than the 0 MiB that are free/);
  const { job, remove } = await inspectionJob(memoryTree({ "/file": "text", "/closed": { type: "directory", mode: 0o500 }, "/closed/x": "y" }));
  try {
    expect(await withTreeCopy(job, (copy) => readFile(join(copy, "closed/x"), "utf8"))).toBe("y");
    await expect(withTreeCopy(job, () => Promise.reject(new Error("scan failed")))).rejects.toThrow("scan failed");
    expect(await readdir(job.dir)).toEqual([]);
  } finally {
    await remove();
  }
});

const hasTools = spawnSync("hashdeep", ["-V"]).status === 0;

test.skipIf(!hasTools)("a copy of a real file system has every file with its bytes and name, by hashdeep's audit (needs hashdeep, mke2fs)", async () => {
  const images = await makeImages();
  try {
    await fill(images.source);
    const list = join(dir, "files.hashdeep");
    const count = await withTree(images.ext("disk", ["-t", "ext4"]), async (tree) => {
      await extractTree(tree, root);
      return writeHashdeep(tree, list);
    });
    const audit = (): number | null => spawnSync("hashdeep", ["-a", "-k", list, "-r", "-l", "-o", "f", "."], { cwd: root }).status;
    expect([count, audit()]).toEqual([10, 0]);
    await chmod(join(root, "a/large"), 0o600);
    await appendFile(join(root, "a/large"), "!");
    expect(audit()).not.toBe(0);
  } finally {
    await images.remove();
  }
});
