import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readRpm } from "../../../../providers/inspection/packages/rpm.ts";
import { readRpmHeader } from "../../../../providers/inspection/packages/rpm-header.ts";
import { memoryTree } from "../memory-tree.ts";

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), "imagefleet-rpm-")); });
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const hasRpm = spawnSync("rpmbuild", ["--version"]).status === 0;

/** A database that the real rpm wrote, as the files of an image. */
function realDatabase(): Record<string, Buffer> {
  const top = join(dir, "top");
  const database = join(dir, "database");
  const spec = (name: string, more: string): string => `Name: ${name}\nVersion: 1.2\nRelease: 3\n${more}Summary: s\nLicense: MIT AND Zlib\nBuildArch: noarch\n%description\nd\n%files\n`;
  writeFileSync(join(dir, "alpha.spec"), spec("alpha", "Epoch: 2\n"));
  writeFileSync(join(dir, "beta.spec"), `${spec("beta", "")}%package tools\nSummary: t\nVersion: 7\n%description tools\nd\n%files tools\n`);
  for (const name of ["alpha", "beta"]) execFileSync("rpmbuild", ["-bb", "--define", `_topdir ${top}`, join(dir, `${name}.spec`)], { stdio: "ignore" });
  const packages = readdirSync(join(top, "RPMS/noarch")).map((name) => join(top, "RPMS/noarch", name));
  mkdirSync(database);
  execFileSync("rpm", ["--dbpath", database, "-i", "--justdb", "--nodeps", ...packages], { stdio: "ignore" });
  return Object.fromEntries(readdirSync(database).map((name) => [`/usr/lib/sysimage/rpm/${name}`, readFileSync(join(database, name))]));
}

test.skipIf(!hasRpm)("a database that rpm wrote is read with epochs, licences and source packages (needs rpmbuild)", async () => {
  const found = await readRpm(memoryTree({ ...realDatabase(), "/var/lib/rpm": { target: "../../usr/lib/sysimage/rpm" } }), dir);
  expect(found?.fault).toBeUndefined();
  expect([...found!.packages].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { type: "rpm", name: "alpha", version: "2:1.2-3", arch: "noarch", source: "alpha", license: "MIT AND Zlib" },
    { type: "rpm", name: "beta", version: "1.2-3", arch: "noarch", source: "beta", license: "MIT AND Zlib" },
    { type: "rpm", name: "beta-tools", version: "7-3", arch: "noarch", source: "beta@1.2-3", license: "MIT AND Zlib" },
  ]);
  expect(readdirSync(dir).filter((name) => name.startsWith("rpmdb-"))).toEqual([]);
});

test.skipIf(!hasRpm)("a damaged database is a fault of the image, not of the inspection (needs rpmbuild)", async () => {
  const files = realDatabase();
  const path = "/usr/lib/sysimage/rpm/rpmdb.sqlite";
  files[path] = Buffer.from(files[path]!).fill(0x5a, 4096);
  delete files[`${path}-wal`];
  const found = await readRpm(memoryTree(files), dir);
  expect(found).toMatchObject({ path, packages: [] });
  expect(found?.fault).toMatch(/malformed|corrupt|not a database/);
});

test("a Berkeley database without rpm on the builder is refused by name, with what to install", async () => {
  vi.stubEnv("PATH", dir);
  await expect(readRpm(memoryTree({ "/var/lib/rpm/Packages": "old" }), dir)).rejects.toThrow(/of the kind bdb, .* rpm is not installed here\n {2}what to do: sudo apt-get install rpm/);
});

test("a header whose counts lead outside is refused", () => {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(1, 0);
  expect(readRpmHeader(header).size).toBe(0);
  header.writeUInt32BE(5, 0);
  expect(() => readRpmHeader(header)).toThrow("5 entries does not fit in 24 bytes");
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(1000, 8);
  header.writeUInt32BE(6, 12);
  header.writeUInt32BE(9, 16);
  expect(() => readRpmHeader(header)).toThrow(RangeError);
});
