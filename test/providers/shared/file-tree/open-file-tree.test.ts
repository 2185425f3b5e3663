import { copyFile, open, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FleetError } from "#model/errors";
import { nameBytes, nameText } from "#providers/shared/file-tree/file-name";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";
import { partitions } from "#providers/shared/file-tree/partitions";
import { openDisk } from "#providers/shared/disk/open-disk";
import { fill, makeImages, MiB, rawMap, run, withTree, type ImageFixture } from "./image-fixture.ts";

let images: ImageFixture;
let plain: string;

beforeAll(async () => {
  images = await makeImages();
  await fill(images.source);
  plain = images.ext("plain", ["-t", "ext4", "-b", "1024"], { megabytes: 24 });
});

afterAll(() => images.remove());

/** A disk with partitions as sfdisk makes them; file systems go to where they begin. */
async function partitioned(name: string, script: string, contents: Readonly<Record<number, string>>, bytes = 96 * MiB): Promise<string> {
  const path = join(images.dir, name);
  await writeFile(path, "");
  await truncate(path, bytes);
  run("sfdisk", ["--quiet", path], script);
  const handle = await open(path, "r+");
  for (const [start, file] of Object.entries(contents)) await handle.write(await readFile(file), 0, undefined, Number(start));
  await handle.close();
  return path;
}

const failure = async (path: string): Promise<string> => withTree(path, async () => "it opened").catch((error: unknown) => {
  if (error instanceof FleetError) return error.message;
  throw error;
});

test("finds the root among the partitions of a GPT, and gives free ranges as positions of the disk", async () => {
  const path = await partitioned("gpt", "label: gpt\nstart=2048, size=2048\nstart=8192, size=65536\nstart=81920, size=100000, name=data\n", { [8192 * 512]: plain });
  await withTree(path, async (tree) => {
    expect(await tree.text("/etc/os-release")).toBe("ID=test\n");
    const [alone] = await withTree(plain, async (one) => one.freeRanges());
    expect((await tree.freeRanges())[0]).toEqual({ start: alone!.start + 8192 * 512, length: alone!.length });
  });
});

test("finds the root on a logical partition of an MBR, past another file system without an os-release", async () => {
  const boot = images.ext("boot", ["-t", "ext2"], { megabytes: 8, debugfs: ["rm /etc/os-release", "rm /usr/lib/os-release"] });
  const script = "label: dos\nstart=2048, size=16384\nstart=20480, type=5\nstart=22528, size=2048\nstart=28672, size=65536\n";
  const path = await partitioned("logical", script, { [2048 * 512]: boot, [28672 * 512]: plain });
  const disk = await openDisk(await rawMap(path));
  const found = await partitions(disk);
  await disk.close();
  expect(found.map(({ name, start }) => [name, start / 512])).toEqual([["partition 1", 2048], ["partition 5", 22528], ["partition 6", 28672]]);
  await withTree(path, async (tree) => expect(tree.kind).toBe("ext4"));
  const without = await partitioned("no-root", "label: dos\nstart=2048, size=16384\n", { [2048 * 512]: boot });
  expect(await failure(without)).toMatch(/partition 1: ext2 without \/etc\/os-release[^]*ext4/);
});

test("names what it finds and does not read", async () => {
  const sign = async (name: string, at: number, text: string): Promise<string> => {
    const path = join(images.dir, name);
    await writeFile(path, "");
    await truncate(path, 4 * MiB);
    const handle = await open(path, "r+");
    await handle.write(Buffer.from(text, "latin1"), 0, undefined, at);
    await handle.close();
    return failure(path);
  };
  expect(await sign("xfs", 0, "XFSB")).toMatch(/the whole disk: xfs[^]*what to do: .*ext4/);
  expect(await sign("lvm", 536, "LVM2 001")).toContain("the whole disk: LVM");
  expect(await sign("btrfs", 0x10040, "_BHRfS_M")).toContain("the whole disk: btrfs");
  expect(await sign("nothing", 0, "nothing")).toContain("the whole disk: nothing known");
});

test("refuses features by name, a file system that was not unmounted, and a disk that is cut off", async () => {
  expect(await failure(images.ext("bigalloc", ["-t", "ext4", "-O", "bigalloc"]))).toMatch(/uses bigalloc, which is not supported[^]*\^bigalloc/);
  expect(await failure(images.ext("encrypt", ["-t", "ext4", "-O", "encrypt"]))).toContain("uses encrypt");
  const dirty = images.ext("dirty", ["-t", "ext4"]);
  // a journal that was written, as after a power cut
  run("debugfs", ["-w", "-f", "-", dirty], "jo\njw -b 1000 /dev/zero\njc\nfeature needs_recovery\n");
  expect(await failure(dirty)).toMatch(/was not unmounted[^]*shutdown_command/);
  const idle = images.ext("idle", ["-t", "ext4"], { debugfs: ["feature needs_recovery"] });
  expect(await failure(idle)).toBe("it opened");
  const short = join(images.dir, "short");
  await copyFile(plain, short);
  await truncate(short, 20 * MiB);
  expect(await failure(short)).toMatch(/has 25165824 bytes, the partition 20971520: the disk is cut off/);
});

test("whatever is changed in a file system's tables, it is read or refused, and never hangs", async () => {
  const whole = await readFile(plain);
  const path = join(images.dir, "mutant");
  await writeFile(path, whole);
  const map = await rawMap(path);
  const handle = await open(path, "r+");
  const table = Number(/inode table at (\d+)/i.exec(run("dumpe2fs", [plain]).replace(/Inode table/g, "inode table"))![1]) * 1024;
  // the superblock and the descriptors; the inodes in use; the directories
  const position = fc.oneof(fc.integer({ min: 1024, max: 4096 }), fc.integer({ min: table, max: table + 64 * 256 }), fc.integer({ min: 0, max: whole.length - 9 }));
  const mutation = fc.array(fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 8 })), { minLength: 1, maxLength: 4 });
  try {
    await fc.assert(fc.asyncProperty(mutation, async (patches) => {
      for (const [at, bytes] of patches) await handle.write(bytes, 0, undefined, at);
      try {
        const tree = await openFileTree({ ...map, segments: [{ start: 0, length: whole.length, offset: 0 }] });
        try {
          for (const entry of tree.entries.values()) {
            await tree.attributes(entry);
            let bytes = 0;
            if (entry.type === "file") for await (const piece of tree.stream(entry)) if ((bytes += piece.length) > 64 * MiB) break;
          }
          await tree.freeRanges();
        } finally {
          await tree.close();
        }
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
      } finally {
        for (const [at, bytes] of patches) await handle.write(whole, at, bytes.length, at);
      }
    }), { numRuns: 150, interruptAfterTimeLimit: 20_000 });
  } finally {
    await handle.close();
  }
  expect((await stat(path)).size).toBe(whole.length);
});

test("a name of any bytes comes back from its text", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => nameBytes(nameText(Buffer.from(bytes))).equals(Buffer.from(bytes))));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => nameText(Buffer.from(text)) === text && nameBytes(text).equals(Buffer.from(text))));
});
