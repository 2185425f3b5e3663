import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeFault, type SealFault } from "#providers/seal/seal-fault";
import { verifyRelease } from "#providers/seal/verify-release";
import { openStore } from "#store/open";
import { release } from "../../store/fixture.ts";
import { gatesGroup, makeKey, makeSealedStore, storeSealedRelease, type SealedFixture } from "./fixture.ts";

let fixture: SealedFixture;
let files: string[];
/** A copy to spoil. */
let root: string;
const id = release(1);

beforeAll(async () => {
  fixture = await makeSealedStore();
  await storeSealedRelease(fixture.store, release(2), fixture.key);
  const all = await readdir(fixture.root, { recursive: true, withFileTypes: true });
  files = all.filter((entry) => entry.isFile()).map((entry) => relative(fixture.root, join(entry.parentPath, entry.name))).filter((file) => file.includes("2026.1101.1/")).sort();
  root = await mkdtemp(join(tmpdir(), "imagefleet-mutations-"));
});
beforeEach(async () => {
  await rm(root, { recursive: true, force: true });
  await cp(fixture.root, root, { recursive: true });
});
afterAll(async () => {
  await fixture.remove();
  await rm(root, { recursive: true, force: true });
});

async function faults(): Promise<SealFault[]> {
  const { cacheDir, trusted } = fixture;
  const reports = await verifyRelease(openStore(root, { cacheDir }), id, trusted, { cacheDir });
  return reports.flatMap((report) => report.faults);
}

async function put(file: string, content: Buffer | string): Promise<void> {
  const path = join(root, file);
  await rm(path, { force: true });
  await writeFile(path, content);
}

/** That something is found, and that its group and its name are told. */
function expectNamed(found: readonly SealFault[], file: string): void {
  const told = found.filter((fault) => fault.group === groupOf(file)).map(describeFault);
  expect({ file, told: told.join("\n") }).toEqual({ file, told: expect.stringContaining(basename(file)) });
}

function groupOf(file: string): string {
  return dirname(file).split("2026.1101.1/")[1]!;
}

/** Spoils one file, looks, and puts it back. */
async function spoiled(file: string, change: (content: Buffer) => Buffer): Promise<SealFault[]> {
  const path = join(root, file);
  const before = await readFile(path);
  await put(file, change(before));
  const found = await faults();
  await put(file, before);
  return found;
}

test("a release as it was stored has no faults, and covers build, gates and formats", async () => {
  expect(await faults()).toEqual([]);
  expect(files.length).toBe(3 + (3 + 3 + 1) + 2 * (1 + 3 + 1));
});

test("a flipped byte is found and named, in every file and wherever it is", { timeout: 120_000 }, async () => {
  for (const file of files) {
    const { size } = await stat(join(root, file));
    await fc.assert(fc.asyncProperty(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
      expectNamed(await spoiled(file, (content) => flipped(content, position, mask)), file);
    }), { numRuns: 12 });
  }
});

test("bytes all over a group's documents and record count", { timeout: 240_000 }, async () => {
  const group = files.filter((file) => groupOf(file) === "formats/vhd" && !file.endsWith(".vhd"));
  for (const file of group) {
    const { size } = await stat(join(root, file));
    // a file's every fifth byte, with another bit each time
    for (let position = size % 5; position < size; position += 5) expectNamed(await spoiled(file, (content) => flipped(content, position, 1 << (position % 8))), file);
  }
});

test.for([
  ["truncated", (content: Buffer) => content.subarray(0, -1)],
  ["emptied", () => Buffer.alloc(0)],
  ["longer by a line feed", (content: Buffer) => Buffer.concat([content, Buffer.from("\n")])],
  ["with a byte order mark", (content: Buffer) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), content])],
] as const)("a file that is %s is found and named", { timeout: 120_000 }, async ([, change]) => {
  for (const file of files) expectNamed(await spoiled(file, change), file);
});

test("a file that is missing, a link, or one too many is found and named", { timeout: 120_000 }, async () => {
  for (const file of files) {
    const path = join(root, file);
    await rename(path, join(root, "aside"));
    expectNamed(await faults(), file);
    await symlink(join(root, "aside"), path);
    expectNamed(await faults(), file);
    await unlink(path);
    await rename(join(root, "aside"), path);
  }
  for (const group of new Set(files.map(groupOf))) {
    const extra = join("images/debian-12/2026.1101.1", group, "extra.img");
    await put(extra, "bytes that nobody vouches for");
    expect(await faults()).toEqual([expect.objectContaining({ group, file: "extra.img", problem: "not covered" })]);
    await unlink(join(root, extra));
  }
});

test("two files of a group that changed places are both named", { timeout: 120_000 }, async () => {
  const pairs = files.flatMap((first, index) => files.slice(index + 1).filter((second) => groupOf(first) === groupOf(second)).map((second) => [first, second] as const));
  expect(pairs.length).toBeGreaterThan(30);
  for (const [first, second] of pairs) {
    await swap(first, second);
    const found = await faults();
    for (const file of [first, second]) expectNamed(found, file);
    await swap(first, second);
  }
});

test("files, seals and whole groups of another release are found, though a trusted key signed them", { timeout: 120_000 }, async () => {
  const twin = (file: string) => file.replace("2026.1101.1", "2026.1101.2").replace("2026.1101.1", "2026.1101.2");
  for (const file of files) {
    const other = await readFile(join(fixture.root, twin(file)));
    if (other.equals(await readFile(join(root, file)))) continue;
    expectNamed(await spoiled(file, () => other), file);
  }
  for (const group of new Set(files.map(groupOf))) {
    const place = join(root, "images/debian-12/2026.1101.1", group);
    await rename(place, `${place}-aside`);
    await cp(join(fixture.root, "images/debian-12/2026.1101.2", group), place, { recursive: true });
    expect((await faults()).map((fault) => fault.group)).toContain(group);
    await rm(place, { recursive: true });
    await rename(`${place}-aside`, place);
  }
  expect(await faults()).toEqual([]);
});

test("another key's seal over the right files is refused, with its fingerprint and what to do", async () => {
  const thief = await makeKey();
  const group = "images/debian-12/2026.1101.1/formats/qcow2";
  const sums = await readFile(join(root, group, "SHA256SUMS"));
  await put(join(group, "SHA256SUMS.asc"), await thief.sign(sums));
  const found = await faults();
  expect(found).toContainEqual(expect.objectContaining({
    file: "SHA256SUMS.asc", problem: "unknown key", detail: expect.stringContaining(`signed by ${thief.fingerprint}; the keys that count are ${fixture.key.fingerprint}`), hint: expect.stringContaining("--key FILE"),
  }));
});

test("a release that another key sealed is refused whole, and one that is damaged too tells both", async () => {
  const other = release(3);
  const thief = await makeKey();
  const { cacheDir, trusted } = fixture;
  const store = openStore(root, { cacheDir });
  await storeSealedRelease(store, other, thief);
  const disk = join(root, "images/debian-12/2026.1101.3/formats/qcow2/debian-12-2026.1101.3.qcow2");
  await chmod(disk, 0o644);
  await writeFile(disk, "another disk");
  const found = (await verifyRelease(store, other, trusted, { cacheDir })).flatMap((report) => report.faults);
  for (const group of [gatesGroup, "formats/qcow2", "formats/vhd"]) expect(found).toContainEqual(expect.objectContaining({ group, file: "SHA256SUMS.asc", problem: "unknown key" }));
  expect(found).toContainEqual(expect.objectContaining({ group: "formats/qcow2", file: basename(disk), problem: "altered" }));
  expect(found).toContainEqual(expect.objectContaining({ group: "build", problem: "unsealed" }));
});

function flipped(content: Buffer, position: number, mask: number): Buffer {
  const copy = Buffer.from(content);
  copy[position] = copy[position]! ^ mask;
  return copy;
}

async function swap(first: string, second: string): Promise<void> {
  const [a, b] = [await readFile(join(root, first)), await readFile(join(root, second))];
  await put(first, b);
  await put(second, a);
}
