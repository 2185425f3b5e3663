import { expect, test } from "vitest";
import type { Check } from "#providers/inspection/gate";
import { bootChecks, type Wanted } from "#providers/inspection/boot/checks";
import { readCloudInit } from "#providers/inspection/boot/cloud-init";
import { bootLimits, type Observation } from "#providers/inspection/boot/observe";
import { Answers } from "#providers/inspection/boot/questions";

const gib = 2 ** 30;
const sectors = (bytes: number) => bytes / 512;
const wanted = (more: Partial<Wanted["config"]> = {}, image: Wanted["image"] = { hostKeys: ["ofTheImage"] }): Wanted => ({
  config: { buses: ["virtio"], timeout: 5, kernelArguments: ["quiet", "audit=1"], throughput: 100, grow: 1, allowFailedUnits: [], ...more },
  diskBytes: 3 * gib, image, timeout: 300,
});

const good = {
  cloud_init: "present", systemd: "present", machine_id: "0123456789abcdef0123456789abcdef", command_line: "BOOT_IMAGE=/vmlinuz quiet audit=1", kernel: "6.1.0",
  root_device_kib: (2.9 * gib) / 1024, root_kib: (2.83 * gib) / 1024, disk: `${sectors(3 * gib)} ${sectors(3 * gib) - 34}`, end: "yes",
};

/** A boot as it should be, but for some answers; `null` takes one away. */
function boot(answers: Record<string, string | number | null> = {}, more: Partial<Observation> = {}): Observation {
  const lines = Object.entries({ ...good, ...answers }).flatMap(([name, value]) => (value === null ? [] : String(value).split("\n").map((text) => `${name}=${text}`)));
  return { place: "bios/virtio", bootSeconds: 20, answers: new Answers(lines), cloudInit: { errors: [], warnings: [], finishedAt: 1 }, clockAhead: 0, hostKeys: ["ownKey"], throughput: 900, powerOffSeconds: 3, ...more };
}

const checkOf = (name: string, seen: readonly Observation[], want = wanted()): Check => bootChecks(seen, want).find(({ id }) => id === `boot/${name}`)!;
const problemsOf = (name: string, seen: Observation, want?: Wanted) => checkOf(name, [seen], want).findings.map(({ problem }) => problem);

test("a boot as it should be has no findings, and every question was asked", () => {
  for (const check of bootChecks([boot()], wanted())) expect(check, check.id).toMatchObject({ findings: [], id: expect.stringMatching(/^boot\/[a-z-]+$/) as string });
  expect(bootChecks([boot()], wanted()).filter(({ skipped }) => skipped !== undefined)).toEqual([]);
});

test("a boot that let nobody in is found once, by the login; another boot of the image is still asked everything", () => {
  const shut = boot({}, { place: "uefi/virtio", refusal: "nothing answered to SSH within 300 s\nlast lines" });
  expect(checkOf("login", [shut]).findings).toEqual([{ place: "uefi/virtio", problem: shut.refusal }]);
  expect(bootChecks([shut], wanted()).filter(({ id, skipped }) => id !== "boot/login" && skipped === undefined)).toEqual([]);
  expect(bootChecks([boot(), shut], wanted()).filter(({ skipped }) => skipped !== undefined)).toEqual([]);
});

test("cloud-init: its errors fail, its warnings are mild, not finishing fails, not having it is no fault", () => {
  expect(problemsOf("cloud-init", boot({}, { cloudInit: { errors: ["modules-config: locale"], warnings: [], finishedAt: 1 } }))).toEqual(["modules-config: locale"]);
  expect(checkOf("cloud-init", [boot({}, { cloudInit: { errors: [], warnings: ["init: WARNING: x"], finishedAt: 1 } })]).findings).toEqual([{ place: "bios/virtio", problem: "init: WARNING: x", severity: "low" }]);
  expect(problemsOf("cloud-init", boot({ cloud_init_end: "1" }, { cloudInit: { errors: [], warnings: [] } }))).toEqual(["it did not run to its end, or is disabled"]);
  expect(problemsOf("cloud-init", boot({ end: null }, { cloudInit: { errors: [], warnings: [] } }))).toEqual(["it did not finish within 300 s"]);
  expect(checkOf("cloud-init", [boot({ cloud_init: "absent" }, { cloudInit: undefined })]).skipped).toBe("the image has no cloud-init");
});

test("failed units are named with what they said last, unless they may fail", () => {
  const seen = boot({ failed_unit: "one.service It broke: a=b\ntwo.service" });
  expect(checkOf("failed-units", [seen]).findings).toEqual([
    { place: "bios/virtio/one.service", problem: "one.service failed: It broke: a=b" },
    { place: "bios/virtio/two.service", problem: "two.service failed" },
  ]);
  expect(problemsOf("failed-units", seen, wanted({ allowFailedUnits: ["one.service", "two.service"] }))).toEqual([]);
  expect(checkOf("failed-units", [boot({ systemd: "absent" })]).skipped).toBe("the image has no systemd");
});

test("a root that does not follow its disk is found: the partition, or the file system in it", () => {
  expect(problemsOf("root-grown", boot({ disk: `${sectors(3 * gib)} ${sectors(2 * gib)}` }))).toEqual(["the last 1.0 GiB of the disk belong to no partition"]);
  expect(problemsOf("root-grown", boot({ root_kib: (1.85 * gib) / 1024 }))).toEqual(["the root file system has 1.9 GiB of the 2.9 GiB that its device has"]);
  expect(problemsOf("root-grown", boot({ disk: `${sectors(3 * gib)} 0` })), "a file system on the whole disk").toEqual([]);
  expect(problemsOf("root-grown", boot({ disk: `${sectors(64 * gib)} ${sectors(gib)}` })), "another disk").toEqual([]);
  expect(checkOf("root-grown", [boot({ root_kib: 1 })], wanted({ grow: 0 })).skipped).toBe("gates.boot.grow is 0");
});

test("words of the kernel command line are found missing as whole words", () => {
  expect(problemsOf("kernel-arguments", boot({ command_line: "ro quiet audit=10" }))).toEqual(["audit=1 is missing in: ro quiet audit=10"]);
});

test("a slow network and one that cannot be measured are both findings", () => {
  expect(problemsOf("throughput", boot({}, { throughput: 99 }))).toEqual(["99 Mbit/s from guest to host, where 100 are wanted"]);
  expect(problemsOf("throughput", boot({}, { throughput: "iperf3 failed in the guest: no route" }))).toEqual(["iperf3 failed in the guest: no route"]);
  expect(checkOf("throughput", [boot({}, { throughput: undefined })]).skipped).toBe("gates.boot.throughput is 0");
});

test("what belongs to one machine may not be the image's, nor shared by two machines of it", () => {
  const other = boot({}, { place: "uefi/virtio", hostKeys: ["otherKey"] });
  expect(checkOf("machine-id", [boot(), other]).findings.map(({ place }) => place)).toEqual(["bios/virtio", "uefi/virtio"]);
  expect(problemsOf("machine-id", boot(), wanted({}, { machineId: good.machine_id, hostKeys: [] }))).toEqual(["the machine-id is the image's own"]);
  expect(problemsOf("machine-id", boot({ machine_id: "uninitialized" }))).toEqual(["/etc/machine-id is not set after the boot"]);
  expect(problemsOf("host-keys", boot({}, { hostKeys: ["new", "ofTheImage"] }))).toEqual(["a host key is the image's own"]);
  expect(checkOf("host-keys", [boot(), boot({}, { place: "uefi/virtio" })]).findings).toHaveLength(2);
  expect(checkOf("host-keys", [boot(), other]).findings).toEqual([]);
});

test("a clock that is off, and a machine that does not switch itself off", () => {
  expect(problemsOf("clock", boot({}, { clockAhead: -7200 }))).toEqual(["it is 7200 s behind"]);
  expect(problemsOf("clock", boot({}, { clockAhead: 20 }))).toEqual([]);
  expect(problemsOf("power-off", boot({}, { powerOffSeconds: undefined }))).toHaveLength(1);
});

test("emulation has four times as long, and never less than ten minutes", () => {
  expect(bootLimits(5, "kvm").boot).toBe(5 * 60_000);
  expect(bootLimits(5, "tcg").boot).toBe(20 * 60_000);
  expect(bootLimits(1, "tcg").boot).toBe(10 * 60_000);
});

test("cloud-init's files are read in all versions, whole or not", () => {
  const status = { v1: { init: { errors: ["no net"], start: 1, finished: 2 }, "modules-final": { errors: [], recoverable_errors: { WARNING: ["old key"] }, finished: 9.5 } } };
  expect(readCloudInit(JSON.stringify(status), JSON.stringify({ v1: { datasource: "NoCloud", errors: ["no net", "late"] } }))).toEqual({
    errors: ["init: no net", "late"], warnings: ["modules-final: WARNING: old key"], finishedAt: 9.5, dataSource: "NoCloud",
  });
  expect(readCloudInit(JSON.stringify(status), undefined).finishedAt, "not done yet").toBeUndefined();
  expect(readCloudInit("{half", undefined)).toEqual({ errors: [], warnings: [], finishedAt: undefined, dataSource: undefined });
});
