import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DiskBus, GatesConfig } from "#model/gates";
import type { Firmware } from "#model/release";
import { bootGate } from "#providers/inspection/boot/boot-gate";
import type { GuestDisk, GuestOptions } from "#providers/inspection/boot/guest";
import type { GateResult, InspectionJob } from "#providers/inspection/gate";
import { listChildren, reapOrphans } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";
import { waitFor } from "../../../integration/wait-for.ts";
import { inspectionJob, type Work } from "../inspection-job.ts";
import { memoryTree } from "../memory-tree.ts";
import { bootDisk } from "./boot-disk.ts";
import { tinyDisk } from "./tiny-disk.ts";

const minutes = 60_000;
const purpose = "boot a disk in a test";
let disk: string;
let dir: string;

beforeAll(async () => {
  disk = await tinyDisk();
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-boot-test-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const digest = async (file: string) => createHash("sha256").update(await readFile(file)).digest("hex");
const guestsOf = async (words: string) => (await listChildren(workDir())).filter((child) => child.purpose.startsWith(words));

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a disk", () => {
  const boot = (file: GuestDisk, more: Partial<GuestOptions> & { timeoutMs?: number } = {}) => bootDisk({ purpose, disk: file, firmware: "bios", bus: "virtio", dir, timeoutMs: 5 * minutes, ...more });

  test.for([["bios", "pvscsi"], ["bios", "ide"], ["uefi", "nvme"]] as const)("that boots on %s lets in whom its seed names with %s", async ([firmware, bus]) => {
    const guest = await boot({ file: disk, driver: "qcow2" }, { firmware, bus });
    try {
      expect(await guest.run("[ -d /sys/firmware/efi ] && echo uefi || echo bios")).toBe(firmware);
      await expect(guest.run("exit 3")).rejects.toThrow("exit status 3");
    } finally {
      await guest.stop();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  test.for(["raw", "vpc", "vhdx", "vmdk"] as const)("boots as it is in the format %s, and larger than its file", async (driver) => {
    const file = join(dir, `disk.${driver}`);
    await execa("qemu-img", ["convert", "-f", "qcow2", "-O", driver, disk, file]);
    const before = await digest(file);
    const guest = await boot({ file, driver }, { growGiB: 3 });
    try {
      expect(Number(await guest.run("cat /sys/block/vda/size"))).toBeGreaterThanOrEqual((3 * 2 ** 30 + 64 * 2 ** 20) / 512);
      expect(await guest.powerOff(minutes)).toBe(true);
    } finally {
      await guest.stop();
    }
    expect(await digest(file)).toBe(before);
  });

  test("on a bus that its kernel has no driver for is given up in time: the console is kept and told, nothing of the guest is left", async () => {
    const serialLog = join(dir, "console.log");
    const started = Date.now();
    await expect(boot({ file: disk, driver: "qcow2" }, { bus: "sata", serialLog, timeoutMs: 15_000 })).rejects.toThrow(/cannot boot a disk in a test .*nothing answered to SSH within 15 s\n.*last lines of the guest's console:\n/s);
    expect(Date.now() - started).toBeLessThan(2 * minutes);
    expect(await readFile(serialLog, "utf8")).toContain("SeaBIOS");
    expect(await readdir(dir)).toEqual(["console.log"]);
    expect(await guestsOf(purpose)).toEqual([]);
  });

  test("whose guest was left by a killed run is stopped by the next", async () => {
    const child = execa(process.execPath, [join(import.meta.dirname, "boot-and-wait.ts"), disk, dir, purpose], { cwd: dir, reject: false, all: true });
    const registry = join(dir, ".imagefleet");
    const [guest] = await waitFor(async () => ((found) => (found.some((one) => one.purpose === purpose) ? found : undefined))(await listChildren(registry)), minutes);
    child.kill("SIGKILL");
    await child;
    expect(alive(guest!.child.pid)).toBe(true);
    expect(await reapOrphans(registry)).toEqual([expect.stringMatching(/^boot a disk in a test: stopped \d+ process/)]);
    await waitFor(async () => !alive(guest!.child.pid) || undefined, minutes);
  });

  test("that is not there, or not what it is said to be, is told before any guest runs", async () => {
    await expect(boot({ file: join(dir, "nothing.raw"), driver: "raw" })).rejects.toThrow(/cannot lay a writable disk over .*nothing\.raw/);
    await expect(boot({ file: disk, driver: "vmdk" })).rejects.toThrow(/cannot lay a writable disk over/);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("the boot gate", () => {
  const defaults: GatesConfig["boot"] = { buses: ["virtio"], timeout: 5, kernelArguments: [], throughput: 0, grow: 1, allowFailedUnits: [] };
  let work: Work;
  beforeEach(async () => {
    work = await inspectionJob(memoryTree({ "/etc/os-release": "ID=tiny" }));
  });
  afterEach(() => work.remove());

  const jobOf = (file: string, firmware: readonly Firmware[], more: Partial<InspectionJob> = {}): InspectionJob => {
    const build = { ...work.build, os: { family: "tiny", release: "12", arch: "x86_64", firmware }, disk: { ...work.build.disk, virtualBytes: 64 * 2 ** 20 } };
    return { ...work.job, build, diskFile: file, ...more };
  };
  const findingsOf = ({ checks }: GateResult, id: string) => checks.find((check) => check.id === id)!.findings;

  test("passes an image that boots on both firmwares and two buses, and keeps figures and consoles; the disk stays as it was", async () => {
    const before = await digest(disk);
    const buses: DiskBus[] = ["virtio", "scsi"];
    const result = await bootGate({ ...defaults, buses, kernelArguments: ["quiet"] }).run(jobOf(disk, ["bios", "uefi"]));
    expect(result.checks.filter(({ findings }) => findings.length > 0)).toEqual([]);
    const asked = result.checks.filter(({ skipped }) => skipped === undefined).map(({ id }) => id);
    expect(asked).toEqual(["boot/login", "boot/kernel-arguments", "boot/host-keys", "boot/clock", "boot/power-off"]);
    expect(result.facts).toMatchObject({ boots: "bios/virtio, bios/scsi, uefi/virtio, uefi/scsi", kernel: expect.stringMatching(/^\d+\.\d+/) as string, bootSeconds: expect.any(Number) as number, "bootSeconds uefi/scsi": expect.any(Number) as number });
    expect(result.files).toEqual(["boot-bios-virtio.serial.log", "boot-bios-scsi.serial.log", "boot-uefi-virtio.serial.log", "boot-uefi-scsi.serial.log"]);
    expect((await readdir(work.job.dir)).sort()).toEqual([...result.files].sort());
    expect(await readFile(join(work.job.dir, "boot-uefi-scsi.serial.log"), "utf8")).toContain("tiny is up after");
    expect(await digest(disk)).toBe(before);
  });

  test("finds a kernel argument that is missing, and a network below the floor that is asked for", async () => {
    const result = await bootGate({ ...defaults, kernelArguments: ["quiet", "audit=1"], throughput: 1_000_000 }).run(jobOf(disk, ["bios"]));
    expect(findingsOf(result, "boot/kernel-arguments")).toEqual([{ place: "bios/virtio", problem: expect.stringMatching(/^audit=1 is missing in: .*\bquiet\b/) as string }]);
    expect(findingsOf(result, "boot/throughput")).toEqual([{ place: "bios/virtio", problem: expect.stringMatching(/^\d+ Mbit\/s from guest to host, where 1000000 are wanted$/) as string }]);
    expect(result.facts["throughput"]).toBeGreaterThan(0);
    expect(findingsOf(result, "boot/login")).toEqual([]);
  });

  test("finds a disk that does not boot at once, on either firmware, with the console's last words", async () => {
    const empty = join(dir, "empty.qcow2");
    await execa("qemu-img", ["create", "-q", "-f", "qcow2", empty, "64M"]);
    const result = await bootGate(defaults).run(jobOf(empty, ["bios", "uefi"]));
    expect(findingsOf(result, "boot/login")).toEqual(["bios/virtio", "uefi/virtio"].map((place) => ({ place, problem: expect.stringMatching(/^the firmware found nothing to boot on the disk\nlast lines of the console:\n./) as string })));
    expect(result.checks.filter(({ id }) => id !== "boot/login").map(({ skipped }) => skipped)).toEqual(Array(9).fill("the guest let nobody in"));
    expect((await readdir(work.job.dir)).sort()).toEqual([...result.files].sort());
  });

  test("cancelled in the middle of a boot stops its guests and leaves only their consoles", async () => {
    const abort = new AbortController();
    const running = bootGate({ ...defaults, buses: ["virtio", "scsi"] }).run(jobOf(disk, ["bios"], { signal: abort.signal }));
    running.catch(() => undefined);
    const mine = `boot ${work.job.image}@${work.job.version}`;
    const [guest] = await waitFor(async () => ((found) => (found.length > 0 ? found : undefined))(await guestsOf(mine)), minutes);
    await waitFor(async () => (await readFile(join(work.job.dir, "boot-bios-virtio.serial.log"), "utf8").catch(() => "")).includes("GRUB") || undefined, minutes);
    abort.abort();
    await expect(running).rejects.toThrow("it was cancelled");
    expect(await guestsOf(mine)).toEqual([]);
    expect(alive(guest!.child.pid)).toBe(false);
    expect((await readdir(work.job.dir)).filter((name) => !name.endsWith(".serial.log"))).toEqual([]);
  });
});

const root = process.getuid?.() === 0;

describe("a guest whose host has no space left", () => {
  let small: string;
  beforeAll(async () => {
    small = await mkdtemp(join(tmpdir(), "imagefleet-boot-small-"));
    if (root) await execa("mount", ["-t", "tmpfs", "-o", "size=3m", "imagefleet-test", small]);
  });
  afterAll(async () => {
    if (root) await execa("umount", [small]);
    await rm(small, { recursive: true, force: true });
  });

  test.skipIf(!root)("is not left hanging: the gate says where the disk was full (needs root to mount one)", async () => {
    const { job, build, remove } = await inspectionJob(memoryTree({ "/etc/os-release": "ID=tiny" }));
    try {
      const config: GatesConfig["boot"] = { buses: ["virtio"], timeout: 5, kernelArguments: [], throughput: 0, grow: 1, allowFailedUnits: [] };
      const running = bootGate(config).run({ ...job, dir: small, diskFile: disk, build: { ...build, disk: { ...build.disk, virtualBytes: 64 * 2 ** 20 } } });
      running.catch(() => undefined);
      await waitFor(async () => (await readdir(small)).find((name) => name.endsWith(".log")), minutes);
      await execa("dd", ["if=/dev/zero", `of=${join(small, "filler")}`, "bs=64k"], { reject: false });
      await expect(running).rejects.toThrow(`(${small}): the disk was full there`);
    } finally {
      await remove();
    }
  });
});
