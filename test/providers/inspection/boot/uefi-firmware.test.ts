import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findUefiFirmware } from "#providers/inspection/boot/uefi-firmware";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "imagefleet-firmware-"));
  await Promise.all(["etc", "usr"].map((name) => mkdir(join(root, name))));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const descriptor = (name: string, more: Record<string, unknown> = {}) => ({
  "interface-types": ["uefi"],
  mapping: { device: "flash", executable: { filename: `/fw/${name}_CODE.fd`, format: "raw" }, "nvram-template": { filename: `/fw/${name}_VARS.fd`, format: "raw" } },
  targets: [{ architecture: "x86_64", machines: ["pc-i440fx-*", "pc-q35-*"] }], features: ["acpi-s3"], ...more,
});
const put = (place: string, name: string, content: unknown) => writeFile(join(root, place, name), typeof content === "string" ? content : JSON.stringify(content));
const find = () => findUefiFirmware([join(root, "etc"), join(root, "missing"), join(root, "usr")]);

test("of several descriptions the first that fits is taken: no Secure Boot, no other architecture, no BIOS", async () => {
  await put("usr", "10-secure.json", descriptor("secure", { features: ["requires-smm", "secure-boot"] }));
  await put("usr", "20-arm.json", descriptor("arm", { targets: [{ architecture: "aarch64", machines: ["virt-*"] }] }));
  await put("usr", "30-bios.json", descriptor("bios", { "interface-types": ["bios"] }));
  await put("usr", "40-memory.json", descriptor("memory", { mapping: { device: "memory", filename: "/fw/one" } }));
  await put("usr", "50-damaged.json", "{");
  await put("usr", "60-plain.json", descriptor("plain"));
  await put("usr", "70-later.json", descriptor("later"));
  expect(await find()).toEqual({ code: { filename: "/fw/plain_CODE.fd", format: "raw" }, variables: { filename: "/fw/plain_VARS.fd", format: "raw" } });
});

test("an administrator hides a description by one of the same name", async () => {
  await put("usr", "60-plain.json", descriptor("plain"));
  await put("usr", "70-later.json", descriptor("later"));
  await put("etc", "60-plain.json", "");
  expect((await find()).code.filename).toBe("/fw/later_CODE.fd");
});

test("without any the message names the package", async () => {
  await expect(find()).rejects.toThrow(/cannot boot on UEFI .*install the package ovmf/s);
});
