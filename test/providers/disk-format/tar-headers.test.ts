import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ByteReader } from "#providers/disk-format/tar/byte-reader";
import { readSparseHeader } from "#providers/disk-format/tar/read-sparse-header";
import { sparseHeader } from "#providers/disk-format/tar/sparse-header";
import { archiveEnd, ustarHeader } from "#providers/disk-format/tar/tar-header";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-tar-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const gib = 2 ** 30;

/** A stream whose chunks have nothing to do with the blocks of an archive. */
async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 700) yield content.subarray(at, at + 700);
}

async function list(...parts: Buffer[]): Promise<string> {
  const path = join(dir, "archive.tar");
  await writeFile(path, Buffer.concat([...parts, archiveEnd]));
  return execFileSync("tar", ["-tvf", path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

test("GNU tar reads the header of a file, with the same owner and date whenever it is written", async () => {
  expect(await list(ustarHeader({ name: "metadata.json", bytes: 0 }))).toMatch(/^-rw-r--r-- root\/root +0 1980-01-01 \S+ metadata\.json$/);
  expect(() => ustarHeader({ name: "n".repeat(101), bytes: 0 })).toThrow(/too long a name/);
});

test("a member may have more than the 8 GiB that octal digits hold", () => {
  const header = ustarHeader({ name: "disk.vmdk", bytes: 20 * gib });
  expect(header[124]).toBe(0x80);
  expect(header.readBigUInt64BE(128)).toBe(BigInt(20 * gib));
});

test("GNU tar reads the header of a sparse file without data", async () => {
  expect(await list(sparseHeader({ name: "disk.raw", realBytes: 100 * gib, extents: [] }))).toMatch(/^-rw-r--r-- root\/root +107374182400 1980-01-01/);
});

test.each([0, 1, 3, 4, 5, 24, 25, 26, 46, 47, 1000])("%i extents are read back, however many blocks they need", async (count) => {
  const extents = Array.from({ length: count }, (_, index) => ({ start: index * 10 * gib, length: 512 * (index + 1) }));
  const header = sparseHeader({ name: "disk.raw", realBytes: 20_000 * gib, extents });
  expect(header.length % 512).toBe(0);
  expect(await readSparseHeader(new ByteReader(chunks(header)))).toEqual({ name: "disk.raw", realBytes: 20_000 * gib, extents });
});

test("a header whose checksum does not fit, or that ends early, is none", async () => {
  const header = sparseHeader({ name: "disk.raw", realBytes: gib, extents: Array.from({ length: 9 }, (_, index) => ({ start: index * 1024, length: 512 })) });
  const altered = Buffer.from(header);
  altered[0]! ^= 1;
  for (const content of [altered, header.subarray(0, 600), header.subarray(0, 100)]) {
    expect(await readSparseHeader(new ByteReader(chunks(content)))).toBeUndefined();
  }
});
