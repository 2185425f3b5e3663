import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bootDisk } from "../providers/inspection/boot/boot-disk.ts";
import { Project, tinyFleet } from "./project.ts";

/**
 * The source `iso`: an installer that boots from a CD, is given its boot command and its answer file by Packer, partitions
 * an empty disk and reboots from it. The fixture says what it installs.
 */
const fixture = join(process.cwd(), "test/packer/netboot");
const needed = ["debian-installer-12-netboot-amd64", "isolinux", "syslinux-common"];

let project: Project;
let dir: string;
let missing: string | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-netboot-"));
  project = await Project.create(tinyFleet({ images: { installed: { os: "netboot/netboot-x86_64", epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 } } } }));
  missing = await missingPackage();
  if (missing === undefined) await addInstaller();
});
afterAll(async () => {
  await project?.remove();
  await rm(dir, { recursive: true, force: true });
});

/** The name of the first package that this machine's mirror lacks. */
async function missingPackage(): Promise<string | undefined> {
  for (const name of needed) {
    const { stdout } = await execa("apt-cache", ["show", "--no-all-versions", name], { reject: false });
    if (!stdout?.includes(`Package: ${name}`)) return name;
  }
  return undefined;
}

/** Makes the ISO and puts facts and answers where a user would. */
async function addInstaller(): Promise<void> {
  const [output, work] = [join(dir, "output"), join(dir, "work")];
  await Promise.all([mkdir(output), mkdir(work)]);
  await execa("sh", [join(fixture, "make-iso.sh")], { env: { ...project.env, PACKER: project.path("packer"), OUTPUT: output, WORK: work } });
  const iso = join(output, "netboot.iso");
  const facts = await readFile(join(fixture, "os/netboot/netboot-x86_64.pkrvars.hcl"), "utf8");
  const filled = facts.replace("@ISO_URL@", iso).replace("@ISO_SHA256@", createHash("sha256").update(await readFile(iso)).digest("hex"));
  await mkdir(project.path("packer/os/netboot"));
  await writeFile(project.path("packer/os/netboot/netboot-x86_64.pkrvars.hcl"), filled);
  await cp(join(output, "http"), project.path("packer/http/netboot"), { recursive: true });
}

test("an installer on an ISO, with an answer file, makes an image that boots and lets in whom its seed names", async ({ skip }) => {
  skip(missing !== undefined, `the mirror has no package ${missing}`);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(up.text).toMatch(/installed\s+│ 2026\.1101\.1 │ built in .*│ published/);
  const release = { image: "installed", version: "2026.1101.1" };
  const record = await project.store.record(release, "build");
  expect(record!.steps.map(({ name }) => name)).toContain("wait for login");
  expect(Object.keys(record!.inputs)).toEqual(expect.arrayContaining(["answer:http/netboot/preseed.cfg", "answer:http/netboot/root.tar.gz"]));

  const file = project.path("site/installed/2026.1101.1/qcow2/installed-2026.1101.1.qcow2");
  const guest = await bootDisk({ purpose: "boot an installed disk", disk: { file, driver: "qcow2" }, firmware: "bios", bus: "virtio", timeoutMs: 300_000 });
  try {
    expect(await guest.run("cat /etc/os-release")).toContain("ID=tiny");
    expect(await guest.run("find / -xdev -name 'authorized_keys*' -o -xdev -name '*host_key*'")).toBe("");
  } finally {
    await guest.stop();
  }
  const again = await project.up();
  expect(again.text).toMatch(/installed\s+│ 2026\.1101\.1 │ unchanged/);
});
