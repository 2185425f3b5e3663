import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatWriters } from "#providers/disk-format/formats";
import type { Written } from "#providers/disk-format/format-writer";
import { compareLayer } from "#providers/disk-format/layer/compare-layer";
import { containerBase, wholeSystem } from "#providers/disk-format/layer/layer-content";
import { writeLayer } from "#providers/disk-format/layer/write-layer";
import { checkLayer } from "#providers/disk-format/layer/packed-layer";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";
import { sha256File } from "#store/digest";
import { fill, makeImages, run, type ImageFixture } from "../../shared/file-tree/image-fixture.ts";
import { formatJob } from "../format-fixture.ts";

let images: ImageFixture;
let disk: string;

beforeAll(async () => {
  images = await makeImages();
  await fill(images.source);
  for (const place of ["dev", "proc", "run", "boot", "usr/lib/modules/6.1"]) await mkdir(join(images.source, place), { recursive: true });
  for (const file of ["run/left", "dev/left", "boot/vmlinuz-6.1", "usr/lib/modules/6.1/module.ko", "vmlinuz"]) await writeFile(join(images.source, file), file);
  await writeFile(join(images.source, "bin/sh"), "#!", { mode: 0o755 });
  await writeFile(join(images.source, "etc/secret"), "nobody reads this", { mode: 0o000 });
  const capability = join(images.dir, "capability");
  await writeFile(capability, Buffer.from("0100000200200000000000000000000000000000", "hex"));
  const raw = images.ext("disk", ["-t", "ext4", "-b", "1024"], { debugfs: [`ea_set -f ${capability} /bin/su security.capability`, "ea_set /bin/su security.selinux label", "cd etc", "mknod console c 5 1", "cd /", "set_inode_field /etc/passwd uid 3000000"] });
  disk = `${raw}.qcow2`;
  run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, disk]);
});

afterAll(() => images.remove());

async function write(kind: "rootfs" | "oci" | "netboot"): Promise<{ path: string; written: Written; left: string[] }> {
  const job = await formatJob(disk, kind, images.dir);
  const tree = await openFileTree(job.map);
  try {
    const written = await (await formatWriters[kind]!()).write({ ...job, tree: async () => tree });
    return { path: join(job.dir, job.artifact), written, left: (await readdir(job.dir)).filter((name) => name !== job.artifact) };
  } finally {
    job.progress.stop();
    await tree.close();
  }
}

/** Mode, size, time, link count or target, and digest of everything below a directory. */
async function facts(root: string, leave: RegExp): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(root, { recursive: true, encoding: "latin1" })).sort()) {
    if (leave.test(name)) continue;
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
    const stat = await lstat(path);
    const type = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : "other";
    if (type === "file") await chmod(path, stat.mode | 0o400);
    const digest = type === "file" ? createHash("sha256").update(await readFile(path)).digest("hex") : "";
    found[name] = [type, type === "link" ? "" : stat.mode.toString(8), type === "directory" ? "" : `${stat.nlink} ${stat.size}`, Math.floor(stat.mtimeMs / 1000), digest].join(" ");
  }
  return found;
}

const mounted = /^(dev|run|proc)\/|^lost\+found|^etc\/console/;

test("a root file system unpacks with GNU tar to the files that the image was made of, and is the same when repeated", async () => {
  const [first, second] = [await write("rootfs"), await write("rootfs")];
  expect((await sha256File(first.path)).sha256).toBe((await sha256File(second.path)).sha256);
  expect(first.written.readable.kind).toBe("compared");
  expect(first.left).toEqual([]);
  const listing = run("tar", ["--numeric-owner", "-tvzf", first.path]);
  expect(listing).toMatch(/^-rw-r--r-- 3000000\/\d+ .* etc\/passwd$/m);
  expect(listing).toMatch(/^c.* 5,1 .* etc\/console$/m);
  expect(listing).toMatch(/bin\/su link to bin\/hard/);
  expect(listing).not.toMatch(/(run|dev)\/left|lost\+found/);
  expect(run("sh", ["-c", `gzip -dc '${first.path}' | grep -ac 'SCHILY.xattr.security'`]).trim()).toBe("2");
  const unpacked = join(images.dir, "unpacked");
  await mkdir(unpacked);
  run("tar", ["-xpzf", first.path, "-C", unpacked, "--no-same-owner", "--exclude", "etc/console"]);
  const source = join(images.dir, "copy");
  run("cp", ["-a", images.source, source]);
  expect(await facts(unpacked, mounted)).toEqual(await facts(source, mounted));
});

test("an OCI layout is taken by skopeo and unpacked by umoci, without the kernel and what belongs to a system's own policy", async () => {
  const [first, second] = [await write("oci"), await write("oci")];
  expect((await sha256File(first.path)).sha256).toBe((await sha256File(second.path)).sha256);
  expect(first.left).toEqual([]);
  const inspected = JSON.parse(run("skopeo", ["inspect", `oci-archive:${first.path}`])) as { Digest: string; Architecture: string; Created: string; Labels: Record<string, string> };
  expect(inspected).toMatchObject({ Digest: first.written.facts?.["manifestDigest"], Architecture: "amd64", Created: "2026-11-01T00:00:00Z", Labels: { "org.opencontainers.image.title": "debian-12", "org.opencontainers.image.version": "2026.1101.1" } });
  const config = JSON.parse(run("skopeo", ["inspect", "--config", `oci-archive:${first.path}`])) as { config: { Cmd: string[] } };
  expect(config.config.Cmd).toEqual(["/bin/sh"]);
  run("skopeo", ["copy", "--quiet", `oci-archive:${first.path}`, `dir:${join(images.dir, "dir")}`]);
  run("skopeo", ["copy", "--quiet", `oci-archive:${first.path}`, `oci:${join(images.dir, "layout")}:one`]);
  const bundle = join(images.dir, "bundle");
  run("umoci", ["unpack", "--rootless", "--image", `${join(images.dir, "layout")}:one`, bundle]);
  const source = join(images.dir, "container");
  run("cp", ["-a", images.source, source]);
  for (const kernel of ["boot/vmlinuz-6.1", "usr/lib/modules/6.1", "vmlinuz"]) await rm(join(source, kernel), { recursive: true });
  const leave = new RegExp(`${mounted.source}|^etc/secret`); // umoci opens what nobody may read
  expect(Object.keys(await facts(join(bundle, "rootfs"), leave))).toEqual(Object.keys(await facts(source, leave)));
  const layer = run("sh", ["-c", `tar -xOf '${first.path}' 'blobs/sha256/${String(first.written.facts?.["layerDigest"]).slice(7)}' | gzip -dc | grep -a -o 'SCHILY.xattr.[a-z.]*'`]);
  expect(layer.trim()).toBe("SCHILY.xattr.security.capability");
});

test("a comparison finds other content, other attributes, a name that is missing and an archive that is cut off", async () => {
  const { path } = await write("rootfs");
  const plain = join(images.dir, "plain.tar");
  run("sh", ["-c", `gzip -dc '${path}' > '${plain}'`]);
  const job = await formatJob(disk, "rootfs", images.dir);
  job.progress.stop();
  const tree = await openFileTree(job.map);
  const difference = async (file: string, content = wholeSystem) => compareLayer(createReadStream(file), tree, content, job.signal).catch((error: Error) => error.message);
  try {
    expect(await difference(plain)).toBeUndefined();
    expect(await difference(plain, containerBase)).toMatch(/^\/|is too much/);
    const bytes = await readFile(plain);
    const changed = Buffer.from(bytes);
    const at = changed.indexOf("root:x:0:0");
    changed[at] = 0x52;
    await writeFile(join(images.dir, "changed.tar"), changed);
    expect(await difference(join(images.dir, "changed.tar"))).toBe("/etc/passwd: other content");
    const fewer = join(images.dir, "fewer.tar");
    await writeLayer(tree, fewer, { content: { ...wholeSystem, holds: (entry) => entry.path !== "/etc/secret" && wholeSystem.holds(entry) }, signal: job.signal });
    expect(await difference(fewer)).toBe("/etc/secret: name");
    const bare = join(images.dir, "bare.tar");
    await writeLayer(tree, bare, { content: { ...wholeSystem, keeps: () => false }, signal: job.signal });
    expect(await difference(bare)).toBe("/bin/hard: attributes");
    await writeFile(join(images.dir, "short.tar"), bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect(await difference(join(images.dir, "short.tar"))).toBeDefined();
    await cp(path, join(job.dir, job.artifact));
    const { bytes: length } = await sha256File(path);
    const layer = { offset: 0, bytes: length - 1000, sha256: "", plainSha256: "", plainBytes: 0 };
    await expect(checkLayer({ ...job, tree: async () => tree }, wholeSystem, layer)).rejects.toThrow(/what was written is not the image/);
  } finally {
    await tree.close();
  }
});

test("an image without a kernel and one whose initrd cannot fetch its root make no netboot kit", async () => {
  await expect(write("netboot")).rejects.toThrow(/no kernel with an initrd in \/boot/);
});
