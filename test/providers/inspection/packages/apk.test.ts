import { expect, test } from "vitest";
import { readApk } from "../../../../providers/inspection/packages/apk.ts";
import { memoryTree } from "../memory-tree.ts";

const installed = "C:Q1abc=\nP:busybox-binsh\nV:1.36.1-r5\nA:x86_64\nL:GPL-2.0-only\no:busybox\nF:bin\nR:sh\n\nP:zlib\nV:1.2.13-r1\nA:x86_64\nL:Zlib\no:zlib\n";

test("what apk installed is listed with its origin and licence", async () => {
  const found = await readApk(memoryTree({ "/lib/apk/db/installed": installed }));
  expect(found?.packages).toEqual([
    { type: "apk", name: "busybox-binsh", version: "1.36.1-r5", arch: "x86_64", source: "busybox", license: "GPL-2.0-only" },
    { type: "apk", name: "zlib", version: "1.2.13-r1", arch: "x86_64", source: "zlib", license: "Zlib" },
  ]);
});

test("an entry without a version is a fault", async () => {
  expect((await readApk(memoryTree({ "/lib/apk/db/installed": "P:zlib\n" })))?.fault).toContain("paragraph 1 of 1");
});
