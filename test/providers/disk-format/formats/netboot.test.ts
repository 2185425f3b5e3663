import { execFileSync } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { netboot } from "#providers/disk-format/formats/netboot";
import { compareSquashfs } from "#providers/disk-format/netboot/compare-squashfs";
import { initrdNames } from "#providers/disk-format/netboot/initrd-names";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";
import { sha256File } from "#store/digest";
import { fill, makeImages, run, type ImageFixture } from "../../shared/file-tree/image-fixture.ts";
import { formatJob } from "../format-fixture.ts";

let images: ImageFixture;

beforeAll(async () => {
  images = await makeImages();
  await fill(images.source);
  for (const place of ["boot", "dev", "proc"]) await mkdir(join(images.source, place));
  await writeFile(join(images.source, "dev/left"), "left");
  for (const version of ["6.1.0-9", "6.1.0-50", "6.1.0-7-rescue"]) await writeFile(join(images.source, `boot/vmlinuz-${version}`), `kernel ${version}`);
});

afterAll(() => images.remove());

beforeEach(() => initrd(zstdCompressSync(cpio("init", "scripts/live"))));

function initrd(bytes: Uint8Array): Promise<void> {
  return writeFile(join(images.source, "boot/initrd.img-6.1.0-50"), bytes);
}

/** An archive of empty files, as cpio -H newc writes it. */
function cpio(...names: string[]): Buffer {
  const member = (name: string): Buffer => {
    const fields = Array.from({ length: 13 }, (_, index) => (index === 11 ? name.length + 1 : index === 1 ? 0o100644 : 0).toString(16).padStart(8, "0"));
    const head = Buffer.from(`070701${fields.join("")}${name}\0`);
    return Buffer.concat([head], Math.ceil(head.length / 4) * 4);
  };
  return Buffer.concat([...names, "TRAILER!!!"].map(member));
}

function makeDisk(): string {
  const raw = images.ext("image", ["-t", "ext4"], { debugfs: ["cd /etc", "mknod console c 5 1", "set_inode_field passwd uid 4000", "ea_set passwd user.note yes"] });
  run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, `${raw}.qcow2`]);
  return `${raw}.qcow2`;
}

async function write(disk?: string): Promise<{ path: string; left: string[]; facts?: object }> {
  const job = await formatJob(disk ?? makeDisk(), "netboot", images.dir);
  const tree = await openFileTree(job.map);
  try {
    const { facts } = await netboot.write({ ...job, tree: async () => tree });
    return { path: join(job.dir, job.artifact), left: (await readdir(job.dir)).filter((name) => name !== job.artifact), facts };
  } finally {
    job.progress.stop();
    await tree.close();
  }
}

test("a kit holds the newest kernel, its initrd, scripts, sums and the whole system, and is the same when repeated", async () => {
  const disk = makeDisk();
  const first = await write(disk);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // another second, which must not show
  const second = await write(disk);
  expect((await sha256File(first.path)).sha256).toBe((await sha256File(second.path)).sha256);
  expect(first.left).toEqual([]);
  expect(first.facts).toMatchObject({ kernel: "/boot/vmlinuz-6.1.0-50", initrd: "/boot/initrd.img-6.1.0-50", live: "live-boot" });
  const kit = join(images.dir, "kit");
  await mkdir(kit);
  run("tar", ["-xf", first.path, "-C", kit]);
  run("env", ["-C", kit, "sha256sum", "--check", "--strict", "SHA256SUMS"]);
  expect(await readFile(join(kit, "vmlinuz"), "utf8")).toBe("kernel 6.1.0-50");
  expect(await readFile(join(kit, "boot.ipxe"), "utf8")).toMatch(/^#!ipxe\n[^]*kernel \$\{base\}vmlinuz initrd=initrd boot=live .*fetch=\$\{base\}filesystem\.squashfs/);
  expect(await readFile(join(kit, "pxelinux.cfg/default"), "utf8")).toContain("INITRD initrd");
  const listing = run("unsquashfs", ["-lln", join(kit, "filesystem.squashfs")]);
  expect(listing).toMatch(/^-rwsr-xr-x .*\/bin\/su$/m);
  expect(listing).toMatch(/^-rw-r--r-- 4000\/.*\/etc\/passwd$/m);
  expect(listing).not.toContain("dev/left");
});

test("a squashfs is compared by names, modes, owners and contents", async () => {
  const { path } = await write();
  const raw = images.ext("other", ["-t", "ext4"], { debugfs: ["set_inode_field /etc/passwd uid 4000"] });
  const squashfs = join(images.dir, "compared.squashfs");
  await writeFile(squashfs, execFileSync("tar", ["-xOf", path, "filesystem.squashfs"], { maxBuffer: 2 ** 28 }));
  const difference = async (...debugfs: string[]): Promise<string | undefined> => {
    if (debugfs.length > 0) run("debugfs", ["-w", "-f", "-", raw], debugfs.join("\n"));
    run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, `${raw}.qcow2`]);
    const job = await formatJob(`${raw}.qcow2`, "netboot", images.dir);
    job.progress.stop();
    const tree = await openFileTree(job.map);
    return compareSquashfs(squashfs, tree, job.signal).finally(() => tree.close());
  };
  expect(await difference()).toBeUndefined();
  expect(await difference("set_inode_field /bin/sh mode 0100700", "set_inode_field /bin/su mode 0100755")).toBe("/bin/hard");
  expect(await difference("set_inode_field /bin/su mode 0104755", "set_inode_field /etc/passwd size 5")).toMatch(/the content of a file/);
});

test("an image whose initrd cannot fetch its root is refused, with the script that helps", async () => {
  await initrd(gzipSync(cpio("init", "scripts/local")));
  await expect(write()).rejects.toThrow(/neither live-boot nor dracut's livenet[^]*debian\/netboot/);
  await initrd(Buffer.from("fd377a585a000000", "hex"));
  await expect(write()).rejects.toThrow(/cannot be looked into[^]*COMPRESS=zstd/);
});

test("names are read from cpio archives one after another, the last one compressed", async () => {
  const early = Buffer.concat([cpio("kernel/x86/microcode"), Buffer.alloc(512)]);
  expect(await initrdNames(Buffer.concat([early, gzipSync(cpio("./usr/lib/dracut/hooks/cmdline/29-parse-livenet.sh"))]))).toEqual(new Set(["kernel/x86/microcode", "usr/lib/dracut/hooks/cmdline/29-parse-livenet.sh"]));
  expect(await initrdNames(cpio("init"))).toEqual(new Set(["init"]));
  expect(await initrdNames(Buffer.from("nonsense"))).toBeUndefined();
  expect(await initrdNames(cpio("init").subarray(0, 150))).toBeDefined();
});
