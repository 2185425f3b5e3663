import { execFileSync } from "node:child_process";
import { mkdtemp, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { create } from "xmlbuilder2";
import { ova } from "#providers/disk-format/formats/ova";
import { makeDisks, qemuImg, type DiskFixture } from "../../shared/disk/disk-fixture.ts";
import { convert, formatJob } from "../format-fixture.ts";

let disks: DiskFixture;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  disks = await makeDisks();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await disks.remove();
});

const mib = 2 ** 20;
const base = "debian-12-2026.1101.1";
const members = [`${base}.ovf`, `${base}.mf`, `${base}-disk1.vmdk`];

interface Element { readonly [name: string]: string | Element | readonly Element[] }

async function unpacked(path: string): Promise<string> {
  const dir = await mkdtemp(join(disks.dir, "unpacked-"));
  execFileSync("tar", ["-xf", path, "-C", dir]);
  return dir;
}

/** Reads the descriptor with an XML parser, which refuses what is not well-formed. */
async function descriptor(dir: string): Promise<Element> {
  return (create(await readFile(join(dir, members[0]!), "utf8")).toObject() as Element)["Envelope"] as Element;
}

const at = (element: Element, ...path: string[]): Element => path.reduce((inner, name) => inner[name] as Element, element);

function itemsOf(envelope: Element): Record<string, Element> {
  const items = at(envelope, "VirtualSystem", "VirtualHardwareSection")["Item"] as readonly Element[];
  return Object.fromEntries(items.map((item) => [String(item["rasd:ResourceType"]), item]));
}

describe.each([
  { name: "ova", hash: "sha256", system: "vmx-15", guest: "debian10_64Guest" },
  { name: "ova-vmx-10-sha1", hash: "sha1", system: "vmx-10", guest: "debian7_64Guest" },
  { name: "ova-vmx-20", hash: "sha256", system: "vmx-20", guest: "debian12_64Guest" },
])("$name", ({ name, hash, system, guest }) => {
  test("has descriptor, manifest and disk in the order of the specification, and they agree", async () => {
    const disk = await disks.qcow2("disk.qcow2", 33 * mib + 512, [{ at: mib, length: 70_000, byte: 1 }]);
    const job = await formatJob(disk, name, disks.dir);
    const withOs = { ...job, build: { ...job.build, os: { family: "debian", release: "12", arch: "x86_64", firmware: ["bios", "uefi"] as const } } };
    const written = await ova.write(withOs);
    job.progress.stop();
    const path = join(job.dir, job.artifact);
    expect(execFileSync("tar", ["-tf", path], { encoding: "utf8" }).trim().split("\n")).toEqual(members);
    const dir = await unpacked(path);

    const manifest = (await readFile(join(dir, members[1]!), "utf8")).trim().split("\n").map((line) => /^(SHA1|SHA256)\((.+)\)= ([0-9a-f]+)$/.exec(line)!);
    expect(manifest.map(([, algorithm, file]) => [algorithm, file])).toEqual([[hash.toUpperCase(), members[0]], [hash.toUpperCase(), members[2]]]);
    for (const [, , file, digest] of manifest) {
      expect(execFileSync(`${hash}sum`, [join(dir, file!)], { encoding: "utf8" }).split(" ")[0]).toBe(digest);
    }

    const envelope = await descriptor(dir);
    const { size } = await stat(join(dir, members[2]!));
    expect(at(envelope, "References", "File")).toMatchObject({ "@ovf:href": members[2], "@ovf:size": String(size) });
    // whole grains of 64 KiB, two of which have data
    const capacity = 33 * mib + 64 * 1024;
    expect(at(envelope, "DiskSection", "Disk")).toMatchObject({ "@ovf:capacity": String(capacity), "@ovf:fileRef": "file1", "@ovf:populatedSize": String(2 * 64 * 1024) });
    expect(at(envelope, "VirtualSystem", "OperatingSystemSection")).toMatchObject({ "@ovf:id": "96", "@vmw:osType": guest });
    expect(at(envelope, "VirtualSystem", "VirtualHardwareSection", "System")).toMatchObject({ "vssd:VirtualSystemType": system });
    expect(at(envelope, "VirtualSystem", "VirtualHardwareSection", "vmw:Config")).toMatchObject({ "@vmw:key": "firmware", "@vmw:value": system === "vmx-10" ? "bios" : "efi" });
    const { 6: controller, 10: network, 17: hardDisk } = itemsOf(envelope);
    expect(controller).toMatchObject({ "rasd:ResourceSubType": "VirtualSCSI" });
    expect(network).toMatchObject({ "rasd:ResourceSubType": "VmxNet3" });
    expect(hardDisk).toMatchObject({ "rasd:Parent": controller!["rasd:InstanceID"], "rasd:HostResource": "ovf:/disk/vmdisk1" });
    expect(written.facts).toEqual({ virtualBytes: capacity, hardware: system, manifest: hash, guestOs: guest, firmware: system === "vmx-10" ? "bios" : "efi" });
  });
});

test("the settings of every item are in the order that the schema wants", async () => {
  const { path } = await convert(await disks.qcow2("disk.qcow2", mib), "ova", disks.dir);
  for (const item of Object.values(itemsOf(await descriptor(await unpacked(path))))) {
    expect(Object.keys(item)).toEqual(Object.keys(item).sort());
  }
});

test("the disk has the header and footer that VMware's readers of streams want", async () => {
  const disk = await disks.qcow2("disk.qcow2", 100 * mib, [{ at: 0, length: mib, byte: 1 }, { at: 70 * mib, length: mib, byte: 2 }]);
  const { path } = await convert(disk, "ova", disks.dir);
  const vmdk = join(await unpacked(path), members[2]!);
  const content = await readFile(vmdk);
  const header = content.subarray(0, 512);
  expect(header.toString("latin1", 0, 4)).toBe("KDMV");
  expect([header.readUInt32LE(4), header.readUInt32LE(8), header.readUInt16LE(77)]).toEqual([3, 0x30001, 1]);
  expect(header.readBigUInt64LE(56)).toBe(0xffff_ffff_ffff_ffffn);
  // footer marker, footer, end of stream: the last three sectors
  const [marker, footer, end] = [3, 2, 1].map((sectors) => content.subarray(content.length - sectors * 512).subarray(0, 512)) as [Buffer, Buffer, Buffer];
  expect([marker.readBigUInt64LE(0), marker.readUInt32LE(8), marker.readUInt32LE(12)]).toEqual([1n, 0, 3]);
  expect(end.equals(Buffer.alloc(512))).toBe(true);
  const directory = Number(footer.readBigUInt64LE(56)) * 512;
  expect(Buffer.concat([footer.subarray(0, 56), footer.subarray(64)])).toEqual(Buffer.concat([header.subarray(0, 56), header.subarray(64)]));
  expect(content.readUInt32LE(directory - 512 + 12)).toBe(2);
  const tables = [0, 1, 2, 3].map((index) => content.readUInt32LE(directory + index * 4));
  // of four tables, 32 MiB each, those without data do not exist
  expect(tables.map((sector) => sector > 0)).toEqual([true, false, true, false]);
  for (const sector of tables.filter(Boolean)) expect(content.readUInt32LE(sector * 512 - 512 + 12)).toBe(1);
  expect(content.toString("utf8", 512, 1024 * 10)).toMatch(/^CID=[0-9a-f]{8}\nparentCID=ffffffff\ncreateType="streamOptimized"$[^]*^ddb\.adapterType = "lsilogic"$[^]*^ddb\.virtualHWVersion = "15"$/m);
});

test("a flipped bit in the disk is found by the framework's comparison and by the manifest", async () => {
  const { compareWithDisk } = await import("#providers/disk-format/compare-with-disk");
  const conversion = await convert(await disks.qcow2("disk.qcow2", 2 * mib, [{ at: 0, length: 2 * mib, byte: 9 }]), "ova", disks.dir);
  const { readable } = conversion.written;
  if (readable.kind !== "disk") throw new Error("an OVA is read by qemu-img");
  const handle = await open(conversion.path, "r+");
  // into the first grain's compressed bytes
  await handle.write(Buffer.from([0xff]), 0, 1, readable.offset! + 128 * 512 + 40);
  await handle.close();
  await expect(compareWithDisk(conversion.job.diskFile, conversion.path, readable, { action: "compare", signal: conversion.job.signal })).rejects.toThrow(/cannot compare/);
});

test("qemu-img reads the disk within the tar", async () => {
  const conversion = await convert(await disks.qcow2("disk.qcow2", 2 * mib, [{ at: 0, length: mib, byte: 9 }]), "ova", disks.dir);
  const { readable } = conversion.written;
  if (readable.kind !== "disk") throw new Error("an OVA is read by qemu-img");
  const node = { driver: "vmdk", file: { driver: "raw", offset: readable.offset, size: readable.bytes, file: { driver: "file", filename: conversion.path } } };
  qemuImg("compare", "-f", "qcow2", conversion.job.diskFile, `json:${JSON.stringify(node)}`);
});
