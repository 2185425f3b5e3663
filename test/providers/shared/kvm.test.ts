import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { accelerator, kvmState, probeImage, probePassed, runProbe } from "#providers/shared/kvm";

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-kvm-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test("the boot sector is what its source assembles to", ({ skip }) => {
  try {
    execFileSync("as", ["--version"], { stdio: "ignore" });
  } catch {
    skip("there is no assembler (binutils)");
  }
  const dir = temporary();
  const [object, image] = [join(dir, "probe.o"), join(dir, "probe.bin")];
  execFileSync("as", ["-o", object, probeImage.replace(/bin$/, "S")]);
  execFileSync("ld", ["-m", "elf_x86_64", "-Ttext", "0x7c00", "--oformat", "binary", "-o", image, object]);
  expect(readFileSync(image).equals(readFileSync(probeImage))).toBe(true);
  expect(readFileSync(probeImage)).toHaveLength(512);
});

test("the boot sector runs to its end in QEMU's own translator", async () => {
  expect(await runProbe("tcg", 25_000)).toBe(probePassed);
});

test("a guest that does not end in time is stopped", async () => {
  const started = performance.now();
  expect(await runProbe("tcg", 20)).toBe("timed out");
  expect(performance.now() - started).toBeLessThan(3000);
});

test("the answer about KVM comes in under five seconds and is remembered", async () => {
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = temporary();
  onTestFinished(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  });
  const started = performance.now();
  const state = await kvmState();
  expect(performance.now() - started).toBeLessThan(5000);
  const again = performance.now();
  expect(await kvmState()).toEqual(state);
  expect(performance.now() - again).toBeLessThan(100);
  expect(await accelerator()).toBe(state.works ? "kvm" : "tcg");
  if (!state.works) expect(state.hint).toBeTruthy();
});
