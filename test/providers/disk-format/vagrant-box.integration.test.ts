import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { vagrantCatalog } from "#providers/disk-format/vagrant-catalog";
import { makeDisks, type DiskFixture } from "../shared/disk/disk-fixture.ts";
import { convert, type Conversion } from "./format-fixture.ts";

const run = promisify(execFile);
const version = "2026.1101.1";
const minute = 60_000;

let disks: DiskFixture;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  disks = await makeDisks();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await disks.remove();
});

/** Vagrant with a home of its own, and no word to anyone. */
async function vagrant(...args: string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: disks.dir, VAGRANT_HOME: join(disks.dir, "vagrant"), VAGRANT_CHECKPOINT_DISABLE: "1", VAGRANT_NO_PLUGINS: "1", LANG: "C.UTF-8" };
  const { stdout } = await run("vagrant", args, { env, cwd: disks.dir, timeout: 3 * minute });
  return stdout;
}

async function boxes(): Promise<Record<"libvirt" | "virtualbox", Conversion>> {
  const disk = await disks.qcow2("disk.qcow2", 16 * 2 ** 20, [{ at: 2 ** 20, length: 3 * 2 ** 20, byte: 7 }]);
  return { libvirt: await convert(disk, "vagrant-libvirt", disks.dir), virtualbox: await convert(disk, "vagrant-virtualbox", disks.dir) };
}

test("vagrant adds the boxes as files", async () => {
  const { libvirt, virtualbox } = await boxes();
  await vagrant("box", "add", "--name", "debian-12", libvirt.path);
  await vagrant("box", "add", "--name", "debian-12", virtualbox.path);
  expect(await vagrant("box", "list")).toMatch(/debian-12\s+\(libvirt, 0\)\s+debian-12\s+\(virtualbox, 0\)/);
  const added = join(disks.dir, "vagrant/boxes/debian-12/0/libvirt");
  expect(await readFile(join(added, "box.img"))).toEqual(await readFile(libvirt.job.diskFile));
});

test("vagrant adds a box from the catalog, checks its digest, and finds a newer version", async () => {
  const { libvirt } = await boxes();
  const catalog = join(disks.dir, "debian-12.json");
  const listed = (versions: string[], sha256 = libvirt.sha256) => writeFile(catalog, JSON.stringify(vagrantCatalog("debian-12", versions.map((one) => ({ version: one, provider: "libvirt", url: pathToFileURL(libvirt.path).href, sha256, arch: "x86_64" })))));

  await listed([version], "0".repeat(64));
  await expect(vagrant("box", "add", "--provider", "libvirt", pathToFileURL(catalog).href)).rejects.toThrow(/checksum of the downloaded box did not match/i);

  await listed([version]);
  await vagrant("box", "add", "--provider", "libvirt", pathToFileURL(catalog).href);
  expect(await vagrant("box", "list")).toContain(`(libvirt, ${version})`);

  await listed([version, "2026.1101.10"]);
  await vagrant("box", "update", "--box", "debian-12", "--provider", "libvirt");
  expect(await vagrant("box", "list")).toContain("(libvirt, 2026.1101.10)");
});

test("the boxes' own Vagrantfiles are valid as a user's", async () => {
  for (const { path } of Object.values(await boxes())) {
    const { stdout } = await run("tar", ["-xOf", path, "Vagrantfile"]);
    await writeFile(join(disks.dir, "Vagrantfile"), `${stdout}Vagrant.configure("2") { |config| config.vm.box = "debian-12" }\n`);
    expect(await vagrant("validate", "--ignore-provider")).toContain("validated successfully");
    await writeFile(join(disks.dir, "Vagrantfile"), stdout.replace("synced_folder", "folder_synced"));
    await expect(vagrant("validate", "--ignore-provider")).rejects.toThrow(/folder_synced/);
  }
});
