import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareSource } from "#providers/packer-build/sources/prepare-source";
import { digestOfFile, testRequest, type TestRequest } from "./fixtures/request.ts";

let request: TestRequest;
let disk: string;
beforeEach(async () => {
  request = await testRequest({ kind: "disk", url: "", sha256: "0".repeat(64), format: "qcow2" });
  disk = join(request.root, "disk");
});
afterEach(() => request.remove());

const create = (...args: string[]): void => void execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", ...args]);
const prepare = async (format: "raw" | "qcow2") => prepareSource({ ...request, source: { kind: "disk", url: disk, sha256: await digestOfFile(disk), format } });

test("a disk of its own is taken", async () => {
  create(disk, "16M");
  expect(await prepare("qcow2")).toMatchObject({ path: disk, format: "qcow2" });
  create("-o", "compat=0.10", disk, "16M");
  expect(await prepare("qcow2")).toMatchObject({ path: disk, format: "qcow2" });
});

test.each(["backing file", "data file"])("a disk with a %s is refused before qemu-img reads it", async (what) => {
  const other = join(request.root, "other");
  writeFileSync(other, Buffer.alloc(1024 * 1024));
  if (what === "backing file") create("-b", other, "-F", "raw", disk);
  else create("-o", `data_file=${other}`, disk, "16M");
  const path = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    await expect(prepare("qcow2")).rejects.toThrow(`it has a ${what}`);
  } finally {
    process.env["PATH"] = path;
  }
});

test.each(["vmdk", "vdi", "vhdx"])("a %s disk does not pass for a raw one", async (format) => {
  execFileSync("qemu-img", ["create", "-q", "-f", format, disk, "16M"]);
  await expect(prepare("raw")).rejects.toThrow(/not raw as declared.*what to do/s);
});

test.each(["gzip", "xz"])("a disk packed with %s does not pass for a raw one", async (program) => {
  writeFileSync(disk, execFileSync(program, ["--stdout"], { input: Buffer.alloc(4096) }));
  await expect(prepare("raw")).rejects.toThrow(/not raw as declared.*unpack it/s);
});

test("a qcow2 disk does not pass for a raw one, nor a raw one for qcow2", async () => {
  create(disk, "16M");
  await expect(prepare("raw")).rejects.toThrow("it is qcow2, not raw as declared");
  writeFileSync(disk, Buffer.alloc(1024 * 1024));
  await expect(prepare("qcow2")).rejects.toThrow("it is not a qcow2 disk");
});

test("a damaged header is refused with what qemu-img says of it", async () => {
  create(disk, "16M");
  const bytes = readFileSync(disk);
  bytes.writeUInt32BE(99, 4);
  writeFileSync(disk, bytes);
  await expect(prepare("qcow2")).rejects.toThrow("qemu-img cannot read it");
  writeFileSync(disk, bytes.subarray(0, 16));
  await expect(prepare("qcow2")).rejects.toThrow("qemu-img cannot read it");
});

test("a local disk that changes after it was verified is verified again", async () => {
  create(disk, "16M");
  const sha256 = await digestOfFile(disk);
  const again = () => prepareSource({ ...request, source: { kind: "disk", url: disk, sha256, format: "qcow2" } });
  await again();
  appendFileSync(disk, "x");
  await expect(again()).rejects.toThrow("its SHA-256 is");
});
