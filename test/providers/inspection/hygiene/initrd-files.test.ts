import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { initrdFiles } from "../../../../providers/inspection/hygiene/initrd-files.ts";
import { memoryTree } from "../memory-tree.ts";
import { cpio } from "./cpio.ts";

const names = ["init", "usr/lib/modules/6.1/nvme.ko"];

async function filesOf(initrd: Buffer): Promise<string[] | undefined> {
  return initrdFiles(memoryTree({ "/initrd": initrd }), "/initrd");
}

test.for([
  ["plain", cpio(names)],
  ["gzip", gzipSync(cpio(names))],
  ["zstd", zstdCompressSync(cpio(names))],
] as const)("names of an archive are read: %s", async ([, initrd]) => {
  expect(await filesOf(initrd)).toEqual(names);
});

test("microcode comes first, uncompressed and padded", async () => {
  expect(await filesOf(Buffer.concat([cpio(["kernel/x86/microcode"]), Buffer.alloc(300), zstdCompressSync(cpio(names))]))).toEqual(["kernel/x86/microcode", ...names]);
});

test("what cannot be read is not guessed at", async () => {
  expect(await filesOf(Buffer.from("\xfd7zXZ\0 and so on", "latin1"))).toBeUndefined();
  expect(await filesOf(gzipSync(cpio(names)).subarray(0, 30))).toBeUndefined();
  expect(await filesOf(Buffer.from([7]))).toBeUndefined();
});

test("an archive that is cut off ends, with the names that it has", async () => {
  const whole = cpio(names);
  for (let length = 0; length < whole.length; length += 7) expect(names.join()).toContain((await filesOf(whole.subarray(0, length)) ?? []).join());
});
