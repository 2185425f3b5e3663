import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { artifactName, parseFormat } from "#model/format";
import type { FormatRecord, GateRecord } from "#model/release";
import type { GuestDisk } from "#providers/inspection/boot/guest";
import type { GuestBus } from "#providers/inspection/boot/machine";
import { findCommand } from "../../tools/setup/find-command.ts";
import { bootDisk } from "../providers/inspection/boot/boot-disk.ts";
import { Project, tinyFleet, type Result } from "./project.ts";

/**
 * One build, every format: what `up` publishes boots, is taken by the tools that it is for, and is verified offline. Steps of
 * one story: they run in this order.
 */
const id = { image: "tiny", version: "2026.1101.1" };
const formats = ["raw", "qcow2", "vhd", "vhdx", "ova", "ova-vmx-10-sha1", "gce", "rootfs", "oci"];
const config = tinyFleet({
  images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["shelf", "boxes"], resources: { cpus: 1 } } },
  sites: { shelf: { kind: "local", path: "site", formats }, boxes: { kind: "vagrant", path: "boxes", providers: ["libvirt", "virtualbox"] } },
});

let project: Project;
let dir: string;
let up: Result;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-formats-"));
  project = await Project.create(config, ["bios", "uefi"]);
  up = await project.up();
});
afterAll(async () => {
  await project?.remove();
  await rm(dir, { recursive: true, force: true });
});

function published(format: string): string {
  return project.path("site", id.image, id.version, format, artifactName(id, parseFormat(format)!));
}

function box(provider: string): string {
  const format = `vagrant-${provider}`;
  return project.path("boxes", id.image, id.version, format, artifactName(id, parseFormat(format)!));
}

/** The disk within an archive, unpacked. */
async function unpacked(archive: string, pattern: RegExp): Promise<string> {
  const into = await mkdtemp(join(dir, "unpacked-"));
  await execa("tar", ["--extract", "--sparse", "--file", archive, "--directory", into]);
  const found = (await readdir(into)).find((name) => pattern.test(name));
  if (found === undefined) throw new Error(`${archive} holds no ${String(pattern)}`);
  return join(into, found);
}

test("one up builds, inspects, converts, seals and publishes every format", async () => {
  expect(up.exitCode, up.text).toBe(0);
  expect(up.text).toMatch(/tiny\s+│ 2026\.1101\.1 │ built in \d+ s\s+│ passed\s+│ 11 sealed │ 2 published │ 9 published/);
  const records = await Promise.all(formats.map((format) => project.store.record<FormatRecord>(id, `formats/${format}`)));
  const build = await project.store.record(id, "build");
  for (const record of records) expect(record!.source).toEqual({ name: "disk.qcow2", sha256: build!.disk.sha256 });
  for (const format of formats) await execa("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: join(published(format), "..") });
});

const disks: [format: string, bus: GuestBus, disk: () => Promise<GuestDisk>][] = [
  ["raw", "virtio", async () => ({ file: published("raw"), driver: "raw" })],
  ["qcow2", "scsi", async () => ({ file: published("qcow2"), driver: "qcow2" })],
  ["vhd", "ide", async () => ({ file: published("vhd"), driver: "vpc" })],
  ["vhdx", "scsi", async () => ({ file: published("vhdx"), driver: "vhdx" })],
  ["ova", "pvscsi", async () => ({ file: await unpacked(published("ova"), /\.vmdk$/), driver: "vmdk" })],
  ["ova-vmx-10-sha1", "ide", async () => ({ file: await unpacked(published("ova-vmx-10-sha1"), /\.vmdk$/), driver: "vmdk" })],
  ["gce", "scsi", async () => ({ file: await unpacked(published("gce"), /^disk\.raw$/), driver: "raw" })],
  ["vagrant-libvirt", "virtio", async () => ({ file: await unpacked(box("libvirt"), /^box\.img$/), driver: "qcow2" })],
  ["vagrant-virtualbox", "ide", async () => ({ file: await unpacked(box("virtualbox"), /\.vmdk$/), driver: "vmdk" })],
];

describe("every format of a disk boots", () => {
  test.for(disks)("%s, on %s", async ([format, bus, disk]) => {
    const guest = await bootDisk({ purpose: `boot ${format}`, disk: await disk(), firmware: "bios", bus, memoryMiB: 256, timeoutMs: 120_000 });
    try {
      expect(await guest.run("cat /etc/os-release")).toContain("ID=tiny");
    } finally {
      await guest.stop();
    }
  });
});

describe("third parties take what is published", () => {
  test("skopeo copies the OCI image, and umoci unpacks it", async ({ skip }) => {
    skip(!findCommand("skopeo") || !findCommand("umoci"), "skopeo or umoci is not installed");
    const layout = join(dir, "layout");
    await execa("skopeo", ["copy", "--quiet", `oci-archive:${published("oci")}`, `oci:${layout}:tiny`], { stdin: "ignore" });
    await execa("umoci", ["unpack", "--rootless", "--image", `${layout}:tiny`, join(dir, "bundle")], { stdin: "ignore" });
    expect(await readFile(join(dir, "bundle/rootfs/etc/os-release"), "utf8")).toContain("ID=tiny");
  });

  test("vagrant adds the box that the catalog's metadata names", { timeout: 120_000 }, async ({ skip }) => {
    skip(!findCommand("vagrant"), "vagrant is not installed");
    const env = { PATH: process.env["PATH"], VAGRANT_HOME: join(dir, "vagrant"), HOME: dir, VAGRANT_CHECKPOINT_DISABLE: "1" };
    for (const provider of ["libvirt", "virtualbox"]) {
      await execa("vagrant", ["box", "add", project.path("boxes/tiny/metadata.json"), "--provider", provider], { env, extendEnv: false, stdin: "ignore" });
    }
    const { stdout } = await execa("vagrant", ["box", "list"], { env, extendEnv: false, stdin: "ignore" });
    expect(stdout).toMatch(/tiny\s+\(libvirt, 2026\.1101\.1/);
    expect(stdout).toMatch(/tiny\s+\(virtualbox, 2026\.1101\.1/);
  });

  test("gpg accepts every signature with nothing but the public key, and npm run verify the whole release and the catalog", async () => {
    const home = join(dir, "gnupg");
    await mkdir(home, { mode: 0o700 });
    const gpg = (...args: string[]) => execa("gpg", ["--homedir", home, "--batch", "--quiet", ...args], { stdin: "ignore" });
    await gpg("--import", project.path(".imagefleet/signing-key.pub.asc"));
    for (const format of formats) await gpg("--verify", join(published(format), "../SHA256SUMS.asc"), join(published(format), "../SHA256SUMS"));
    for (const what of ["tiny@2026.1101.1", "./site"]) {
      const verified = await project.run("verify", [what, "--stack", "test"]);
      expect(verified.exitCode, String(verified.all)).toBe(0);
    }
  });
});

test("the evidence of the gates is in the release, for programs, for CI and for people", async () => {
  const [set] = (await project.store.groups(id)).filter((group) => group.startsWith("gates/"));
  const record = await project.store.record<GateRecord>(id, set!);
  expect(record).toMatchObject({ verdict: "passed", waived: [] });
  expect(record!.gates.map(({ gate }) => gate)).toEqual(expect.arrayContaining(["boot", "hygiene", "packages"]));
  const names = record!.artifacts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["evidence.json", "evidence.xml", "evidence.html", "files.hashdeep", "SHA256SUMS", "SHA256SUMS.asc", "provenance.intoto.json"]));
});

test("a second up finds nothing to do, and every format is written the same way again", async () => {
  const again = await project.up();
  expect(again.exitCode, again.text).toBe(0);
  expect(again.text).toMatch(/tiny\s+│ 2026\.1101\.1 │ unchanged\s+│ unchanged │ 11 unchanged │ 2 unchanged │ 9 unchanged/);
  const before = await project.store.record<FormatRecord>(id, "formats/ova");
  await rm(project.path(".imagefleet/store/images/tiny/2026.1101.1/formats/ova"), { recursive: true });
  const mended = await project.up();
  expect(mended.exitCode, mended.text).toBe(0);
  expect((await project.store.record<FormatRecord>(id, "formats/ova"))!.artifact).toEqual(before!.artifact);
});

describe("what must not be published", () => {
  const sites = { ...(config["sites"] as object), desk: { kind: "local", path: "desk" } };
  const images = { ...(config["images"] as object), leaky: { os: "tiny/tiny-x86_64", scripts: ["leak"], epoch: "2026-11-01", sites: ["desk"], resources: { cpus: 1 } } };

  test("a login key that a script left behind stops the release; the message says what, where and how to mend it", async () => {
    await writeFile(project.path("packer/scripts/leak.sh"), "#!/bin/sh\nset -eu\nmkdir -p /home/visitor/.ssh\necho 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1WQ6gmlwzzCz0CeXxG4bfHDu0c3NBzTZ4bYoLhuNnS visitor' >/home/visitor/.ssh/authorized_keys\n");
    await project.configure({ ...config, sites, images });
    const leaky = await project.up("--only", "leaky");
    expect(leaky.exitCode).not.toBe(0);
    expect(leaky.text).toMatch(/leaky@2026\.1101\.1/);
    expect(leaky.text).toContain("hygiene/authorized-keys");
    expect(leaky.text).toContain("/home/visitor/.ssh/authorized_keys");
    expect(leaky.text).toMatch(/evidence\.html/);
    expect(leaky.text).toMatch(/leaky\s+│ 2026\.1101\.1 │ built in \d+ s\s+│ failed/);
    await expect(stat(project.path("desk/leaky"))).rejects.toThrow("ENOENT");
    const groups = await project.store.groups({ image: "leaky", version: "2026.1101.1" });
    expect(groups.filter((group) => group.startsWith("formats/") || group.startsWith("gates/"))).toEqual([]);
    expect(groups.some((group) => group.startsWith("failures/"))).toBe(true);
  });

  test("a waiver lets it pass until its last day; afterwards it fails and says so", async () => {
    const waived = (expires: string) => ({
      ...config, sites, images, waivers: [{ rule: "hygiene/*", image: "leaky", reason: "the visitor comes on Monday", expires }],
    });
    await project.configure(waived("2020-01-01"));
    const expired = await project.up("--only", "leaky");
    expect(expired.exitCode).not.toBe(0);
    expect(expired.text).toMatch(/waived until 2020-01-01/);
    await project.configure(waived("2099-12-31"));
    const passed = await project.up("--only", "leaky");
    expect(passed.exitCode, passed.text).toBe(0);
    expect(passed.text).toMatch(/leaky\s+│ 2026\.1101\.1 │ unchanged\s+│ passed\s+│ sealed\s+│ .*│ published/);
  });
});

describe("bad input", () => {
  test("an unknown format, and a site's name that is taken, are faults of the configuration with their paths", async () => {
    await project.configure({ ...config, sites: { ...(config["sites"] as object), format: { kind: "local", path: "x", formats: ["qcow"] } } });
    const refused = await project.up();
    expect(refused.exitCode).not.toBe(0);
    for (const part of ["imagefleet:sites.format.formats[0]", "did you mean qcow2?", "imagefleet:sites.format"]) expect(refused.text).toContain(part);
  });

  test("without a signing key nothing is built, and the message says how to give one", async () => {
    await project.configure({ ...config, seal: {}, images: { other: { os: "tiny/tiny-x86_64", epoch: "2026-10-01", sites: ["shelf"] } } });
    const keyless = await project.up();
    expect(keyless.exitCode).not.toBe(0);
    expect(keyless.text).toContain("imagefleet:seal.key");
    expect(keyless.text).toContain("IMAGEFLEET_SIGNING_KEY_FILE");
    expect(keyless.text).not.toContain("[other/build] boot");
    expect((await project.pulumi("preview")).exitCode).toBe(0);
  });
});
