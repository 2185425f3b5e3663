import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "#providers/inspection/boot/guest";
import { listChildren } from "#providers/shared/child-registry";
import { createKeyFile } from "#providers/seal/create-key-file";
import type { FormatRecord } from "#model/release";
import { openStore } from "#store/open";
import { bootDisk } from "../providers/inspection/boot/boot-disk.ts";
import { Project, tinyFleet, type Result } from "./project.ts";
import { filesWith, watchFor, type Sightings } from "./search.ts";
import { waitFor } from "./wait-for.ts";

const version = "2026.1101.1";
const secret = randomBytes(24).toString("hex");
const secretForms = [secret, Buffer.from(secret).toString("base64")];
const image = (more: Record<string, unknown> = {}) => ({ os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 }, ...more });

async function script(project: Project, name: string, body: string): Promise<void> {
  await writeFile(project.path(`packer/scripts/${name}.sh`), `#!/bin/sh\nset -eu\n${body}\n`);
}

function published(project: Project, name: string): string {
  return project.path(`site/${name}/${version}/qcow2/${name}-${version}.qcow2`);
}

function boot(project: Project, name: string): Promise<Guest> {
  return bootDisk({ purpose: `boot ${name}`, disk: { file: published(project, name), driver: "qcow2" }, firmware: "bios", bus: "virtio", timeoutMs: 300_000 });
}

describe("a published image", () => {
  let project: Project;
  let dir: string;
  let up: Result;
  let seen: Sightings;
  /** Every byte of the disk as a guest may read it, free blocks included. */
  const raw = async (name: string): Promise<Buffer> => {
    const file = join(dir, `${name}.raw`);
    await execa("qemu-img", ["convert", "-O", "raw", published(project, name), file]);
    return readFile(file);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "imagefleet-disks-"));
    project = await Project.create(tinyFleet({
      images: { base: image({ scripts: ["mark"] }), layer: { parent: "base", scripts: ["layer"], epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 } }, canary: image({ scripts: ["canary"], secrets: ["IMAGEFLEET_CANARY"] }) },
    }));
    await script(project, "mark", "echo marked > /etc/mark\necho replaced > /etc/both");
    await script(project, "layer", "echo layered > /etc/layer\necho over >> /etc/both");
    // It says the secret aloud, as a careless script would.
    await script(project, "canary", 'printf %s "$IMAGEFLEET_CANARY" | sha256sum | cut -d " " -f 1 > /etc/canary\necho "the secret is $IMAGEFLEET_CANARY"\necho "again: $IMAGEFLEET_CANARY" >&2\nset -x\ntrue "$IMAGEFLEET_CANARY"');
    project.env["IMAGEFLEET_CANARY"] = secret;
    const watch = watchFor(secret, project.path(".imagefleet"));
    up = await project.up();
    seen = await watch.stop();
  });
  afterAll(async () => {
    await project?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  test("boots and lets in whom its seed names; its script has run, and nobody's login is left in it", async () => {
    expect(up.exitCode, up.text).toBe(0);
    const guest = await boot(project, "base");
    try {
      expect(await guest.run("cat /etc/mark")).toBe("marked");
      expect(await guest.run("find / -xdev -name 'authorized_keys*' -o -xdev -name '*host_key*' -o -xdev -name 'login-key*'")).toBe("");
    } finally {
      await guest.stop();
    }
  });

  test.for(["base", "layer", "canary"])("%s holds no key in any byte of its disk", async (name) => {
    const bytes = await raw(name);
    const keyForms = { public: "AAAAC3NzaC1lZDI1NTE5", private: "b3BlbnNzaC1rZXktdjE", comment: "imagefleet-build" };
    for (const [form, text] of Object.entries(keyForms)) expect(bytes.includes(text), form).toBe(false);
    expect(bytes.includes("Tiny, of Debian 12 packages"), "text of the image is found this way").toBe(true);
  });

  test("of a child holds the files of both layers", async () => {
    const guest = await boot(project, "layer");
    try {
      expect(await guest.run("cat /etc/mark /etc/layer /etc/both")).toBe("marked\nlayered\nreplaced\nover");
    } finally {
      await guest.stop();
    }
  });

  test("holds nothing of the secret that its script used, nor do state, store, logs, output, argument lists, or files that a build needs for a while", async () => {
    const disk = await raw("canary");
    expect(disk.includes(createHash("sha256").update(secret).digest("hex")), "the script saw the secret").toBe(true);
    for (const text of secretForms) expect(disk.includes(text)).toBe(false);
    for (const part of [".imagefleet", "state", "site", "pulumi-home", "packer"]) expect(await filesWith(project.path(part), secretForms)).toEqual([]);
    expect(up.text).not.toContain(secret);
    const log = project.path(`.imagefleet/store/images/canary/${version}/build/packer.log`);
    expect(await readFile(log, "utf8")).toMatch(/the secret is <(?:secret|sensitive)>/);
    expect({ commands: seen.commands, files: seen.files }).toEqual({ commands: [], files: [] });
    expect(seen.looks).toBeGreaterThan(20);
    for (const program of ["packer", "qemu-system-x86_64", "pulumi"]) expect(seen.programs).toContain(program);
  });

  test("the logs of a failed build do not hold its secret either", async () => {
    await script(project, "canary", 'echo "the secret is $IMAGEFLEET_CANARY"\necho "on the console: $IMAGEFLEET_CANARY" > /dev/console\nexit 3');
    const failed = await project.up("--only", "canary");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.text).toContain('step "script canary"');
    expect(failed.text).not.toContain(secret);
    expect(await filesWith(project.path(".imagefleet"), secretForms)).toEqual([]);
    expect(await filesWith(project.path("state"), secretForms)).toEqual([]);
  });
});

describe("two projects that share a store", () => {
  let store: string;
  let projects: Project[] = [];
  beforeAll(async () => {
    store = await mkdtemp(join(tmpdir(), "imagefleet-shared-"));
    projects = await Promise.all([0, 1].map(() => Project.create(tinyFleet({ store }))));
    // Whoever publishes must trust whoever has sealed: they have one key.
    const key = join(store, "signing-key.asc");
    await createKeyFile(key);
    for (const project of projects) project.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key;
  });
  afterAll(async () => {
    await Promise.all(projects.map((project) => project.remove()));
    await rm(store, { recursive: true, force: true });
  });

  test("may build the same image at once: one release stays, and both publish its bytes", async () => {
    const results = await Promise.all(projects.map((project) => project.up()));
    for (const { exitCode, text } of results) expect(exitCode, text).toBe(0);
    const shared = openStore(store);
    expect(await shared.versions("tiny")).toEqual([version]);
    const record = await shared.record<FormatRecord>({ image: "tiny", version }, "formats/qcow2");
    for (const project of projects) {
      const bytes = await readFile(published(project, "tiny"));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(record!.artifact.sha256);
    }
    expect(await readdir(join(store, "staging")).catch(() => [])).toEqual([]);
    expect(await shared.verify({ image: "tiny", version }, { deep: true })).toEqual([]);
    for (const project of projects) expect((await project.pulumi("preview", "--refresh", "--expect-no-changes")).exitCode).toBe(0);
  });
});

/** Waits until a script of a build in this staging area has said so in Packer's log. */
async function guestBusy(staging: string): Promise<void> {
  const isLog = (path: string) => path.endsWith("packer.log");
  await waitFor(async () => (await filesWith(staging, ["guest is busy"], isLog)).length > 0 || undefined, 120_000);
}

const root = process.getuid?.() === 0;

describe("a build whose surroundings fail", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(tinyFleet());
  });
  afterAll(() => project?.remove());

  test.skipIf(!root)("with too small a disk (needs root to mount one) names image, place and what to do, and leaves nothing half-made", async () => {
    const small = project.path("small");
    await mkdir(small);
    await execa("mount", ["-t", "tmpfs", "-o", "size=100m", "imagefleet-test", small]);
    try {
      await project.configure(tinyFleet({ store: join(small, "store") }));
      const up = await project.up();
      expect(up.exitCode).not.toBe(0);
      expect(up.text).toMatch(/cannot build tiny\b/);
      expect(up.text).toContain(join(small, "store"));
      expect(up.text).toMatch(/of disk space are free where about .* are needed/);
      expect(up.text).toContain("imagefleet:store");
      expect(up.text).not.toMatch(/at .*\.ts:\d+/);
      expect(await openStore(join(small, "store")).versions("tiny")).toEqual([]);
      expect(await readdir(join(small, "store/staging")).catch(() => [])).toEqual([]);
      expect(await readdir(project.path("site")).catch(() => [])).not.toContain("tiny");
    } finally {
      await execa("umount", [small]);
    }
  });

  test.skipIf(!root)("because the disk fills up meanwhile (needs root to mount one) says so, and leaves nothing", async () => {
    const small = project.path("filling");
    await mkdir(small);
    await execa("mount", ["-t", "tmpfs", "-o", "size=400m", "imagefleet-test", small]);
    try {
      await project.configure(tinyFleet({ store: join(small, "store"), images: { tiny: image({ scripts: ["grow"] }) } }));
      await script(project, "grow", "echo guest is busy; sleep 4; dd if=/dev/urandom of=/big bs=1M count=20; sync");
      const running = project.run("up");
      await guestBusy(join(small, "store/staging"));
      await execa("dd", ["if=/dev/zero", `of=${join(small, "filler")}`, "bs=1M"], { reject: false });
      const result = await running;
      expect(result.exitCode).not.toBe(0);
      expect(String(result.all)).toMatch(/cannot build tiny@2026\.1101\.1 \(step "script grow"\): the disk was full where the build ran, \S*filling\/store/);
      expect(await readdir(join(small, "store/staging"))).toEqual([]);
    } finally {
      await execa("umount", [small]);
    }
  });

  test("because somebody killed Packer says so, leaves nothing, and the next up converges", async () => {
    await project.configure(tinyFleet({ images: { tiny: image({ scripts: ["slow"] }) } }));
    await script(project, "slow", "echo guest is busy; sleep 5; touch /etc/slow");
    const running = project.run("up");
    await guestBusy(project.path(".imagefleet/store/staging"));
    const packer = (await listChildren(project.path(".imagefleet"))).find(({ purpose }) => purpose.startsWith("build tiny"))!.child.pid;
    process.kill(packer, "SIGKILL");
    const result = await running;
    const text = String(result.all);
    expect(result.exitCode).not.toBe(0);
    expect(text).toMatch(/cannot build tiny@2026\.1101\.1 .*Packer was killed from outside/s);
    expect(text).toContain("what to do: ");
    expect(await readdir(project.path(".imagefleet/store/staging")).catch(() => [])).toEqual([]);
    expect(await listChildren(project.path(".imagefleet"))).toEqual([]);

    const next = await project.up();
    expect(next.exitCode, next.text).toBe(0);
    expect(next.text).toMatch(/tiny\s+│ 2026\.1101\.1 │ built in/);
  });
});
