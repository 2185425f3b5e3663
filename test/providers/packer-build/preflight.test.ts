import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { availableMemory, preflight } from "#providers/packer-build/preflight";

const modest = { image: "debian-12", dir: tmpdir(), needBytes: 1024, needMemoryMiB: 1, tools: ["sh"] };

test("a machine that has what is needed passes, also where the directory is yet to be made", async () => {
  await preflight(modest);
  await preflight({ ...modest, dir: join(tmpdir(), "imagefleet-not-there/deeper") });
});

test("everything that is missing is said at once, with what to do", async () => {
  const demanding = { ...modest, needBytes: 2 ** 60, needMemoryMiB: 2 ** 40, tools: ["sh", "no-such-packer", "no-such-qemu"] };
  const error = String(await preflight(demanding).catch((reason: Error) => reason));
  expect(error).toContain("cannot build debian-12");
  expect(error).toContain("no-such-packer, no-such-qemu are not on PATH");
  expect(error).toMatch(/of disk space are free where about 1\.15 EB are needed/);
  expect(error).toMatch(/MiB of memory are available where the guest needs/);
  expect(error).toMatch(/npm run setup.*imagefleet:store.*imagefleet:images\.debian-12\.resources\.memory/);
});

test("a file that is not executable is no tool", async () => {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-path-"));
  const path = process.env["PATH"];
  try {
    writeFileSync(join(dir, "packer"), "", { mode: 0o644 });
    process.env["PATH"] = dir;
    await expect(preflight({ ...modest, tools: ["packer"] })).rejects.toThrow("packer is not on PATH");
  } finally {
    process.env["PATH"] = path;
    rmSync(dir, { recursive: true });
  }
});

test("available memory is what the kernel says can be had without swapping", () => {
  expect(availableMemory("MemTotal: 8 kB\nMemAvailable:    2048 kB\n")).toBe(2048 * 1024);
  expect(availableMemory("")).toBeUndefined();
});
