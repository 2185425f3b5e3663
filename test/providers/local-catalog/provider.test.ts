import { execFileSync } from "node:child_process";
import { appendFile, lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CatalogInputs, CatalogOutputs } from "#providers/local-catalog/inputs";
import { provider } from "#providers/local-catalog/provider";
import { UNKNOWN } from "#providers/shared/unknown";
import { digest, first, flipByte, makeProject, published, second, stateOf, type Project } from "./fixture.ts";

let project: Project;
beforeEach(async () => {
  project = await makeProject();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await project.remove();
});

function at(...names: string[]): string {
  return join(project.root, ...names);
}

function diskAt({ image, version }: CatalogInputs): string {
  return at(image, version, "qcow2", `${image}-${version}.qcow2`);
}

test("publishes a disk with its sums, a latest link and an index, and leaves nothing else behind", async () => {
  const content = Buffer.from("a disk");
  const inputs = await project.add(first, content);
  const { id, outs } = await provider.create(inputs);
  expect(id).toBe("laptop/debian-12@2026.1101.9/qcow2");
  expect(await readFile(diskAt(inputs))).toEqual(content);
  execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: at("debian-12", "2026.1101.9", "qcow2") });
  expect(await readlink(at("debian-12", "latest"))).toBe("2026.1101.9");
  expect((await readdir(at("debian-12", "2026.1101.9", "qcow2"))).sort()).toEqual(["SHA256SUMS", "SHA256SUMS.asc", "debian-12-2026.1101.9.qcow2", "format.json", "provenance.intoto.json", "release.json"]);
  expect((await readdir(project.root)).filter((name) => !name.startsWith("."))).toEqual(["debian-12", "streams"]);
  expect(await readdir(at(".staging"))).toEqual([]);
  expect(await stateOf(outs!)).toBe("correct");
});

test("the published file shares no inode with the store and can be read by others", async () => {
  const inputs = await project.add(first);
  await provider.create(inputs);
  const stored = await stat(await project.store.open(first, "formats/qcow2", "debian-12-2026.1101.9.qcow2"));
  const file = await stat(diskAt(inputs));
  expect(file.ino).not.toBe(stored.ino);
  expect(file.nlink).toBe(1);
  expect(file.mode & 0o444 & ~process.umask()).toBe(0o444 & ~process.umask());
});

test("a sparse disk stays sparse", async () => {
  const content = Buffer.alloc(4 * 2 ** 20);
  content.write("end", content.length - 3);
  const inputs = await project.add(first, content);
  await provider.create(inputs);
  const { size, blocks } = await stat(diskAt(inputs));
  expect(size).toBe(content.length);
  expect(blocks * 512).toBeLessThan(2 ** 20);
});

test("latest is the newest by number, whichever was published last, and moves back when that is withdrawn", async () => {
  const tenth = await published(await project.add(second));
  await published(await project.add(first));
  expect(await readlink(at("debian-12", "latest"))).toBe("2026.1101.10");
  await provider.delete("id", tenth);
  expect(await readlink(at("debian-12", "latest"))).toBe("2026.1101.9");
  expect(await readdir(at("debian-12"))).toEqual(expect.arrayContaining(["2026.1101.9", "latest"]));
});

test("withdrawing the last release of an image leaves no trace of it", async () => {
  const outs = await published(await project.add(first));
  await provider.delete("id", outs);
  expect((await readdir(project.root)).filter((name) => !name.startsWith("."))).toEqual(["streams"]);
  expect(await readFile(at("streams/v1/images.json"), "utf8")).not.toContain("debian-12");
  await expect(provider.delete("id", outs)).resolves.toBeUndefined();
});

test("publishing again what is there changes no file", async () => {
  const inputs = await project.add(first);
  await provider.create(inputs);
  const before = await stat(diskAt(inputs));
  const index = await stat(at("streams/v1/images.json"));
  await provider.create(inputs);
  expect((await stat(diskAt(inputs))).ino).toBe(before.ino);
  expect((await stat(at("streams/v1/images.json"))).mtimeMs).toBe(index.mtimeMs);
});

test("what is published is adopted even when the store no longer has it", async () => {
  const inputs = await project.add(first);
  await provider.create(inputs);
  await rm(join(project.dir, "releases"), { recursive: true, force: true });
  expect(await stateOf(await published(inputs))).toBe("correct");
});

const damages: [name: string, damage: (inputs: CatalogInputs) => Promise<void>, said: RegExp][] = [
  ["a deleted disk", (inputs) => rm(diskAt(inputs)), /debian-12-2026\.1101\.9\.qcow2 missing/],
  ["a truncated disk", (inputs) => truncate(diskAt(inputs), 100), /qcow2 truncated: expected 3000 bytes, found 100/],
  ["a disk with bytes added", (inputs) => appendFile(diskAt(inputs), "x"), /qcow2 too long: expected 3000 bytes, found 3001/],
  ["a disk with other bytes", (inputs) => writeFile(diskAt(inputs), Buffer.alloc(3000)), /qcow2 altered: expected SHA-256 [0-9a-f]{64}, found/],
  ["a disk that is a link", async (inputs) => { await rm(diskAt(inputs)); await symlink("/etc/hostname", diskAt(inputs)); }, /no regular file/],
  ["deleted sums", () => rm(at("debian-12/2026.1101.9/qcow2/SHA256SUMS")), /SHA256SUMS missing/],
  ["altered sums", () => writeFile(at("debian-12/2026.1101.9/qcow2/SHA256SUMS"), "0  x\n"), /SHA256SUMS truncated/],
  ["a deleted signature", () => rm(at("debian-12/2026.1101.9/qcow2/SHA256SUMS.asc")), /SHA256SUMS\.asc missing/],
  ["an altered statement", () => flipByte(at("debian-12/2026.1101.9/qcow2/provenance.intoto.json")), /provenance\.intoto\.json altered/],
  ["an altered record", () => flipByte(at("debian-12/2026.1101.9/qcow2/format.json")), /format\.json altered/],
  ["a deleted marker", () => rm(at("debian-12/2026.1101.9/qcow2/release.json")), /release\.json missing/],
  ["a damaged marker", () => writeFile(at("debian-12/2026.1101.9/qcow2/release.json"), "{"), /release\.json altered/],
  ["a deleted latest link", () => rm(at("debian-12/latest")), /debian-12\/latest missing/],
  ["a wrong latest link", async () => { await rm(at("debian-12/latest")); await symlink("elsewhere", at("debian-12/latest")); }, /latest points at elsewhere, not 2026\.1101\.9/],
  ["a deleted list of products", () => rm(at("streams/v1/images.json")), /streams\/v1\/images\.json missing/],
  ["a damaged list of products", () => writeFile(at("streams/v1/images.json"), "{}"), /streams\/v1\/images\.json altered/],
  ["an emptied list of products", () => writeFile(at("streams/v1/images.json"), `{"products":{}}`), /images\.json lacks 2026\.1101\.9 as qcow2/],
  ["a deleted index", () => rm(at("streams/v1/index.json")), /streams\/v1\/index\.json missing/],
  ["an emptied index", () => writeFile(at("streams/v1/index.json"), `{"index":{}}`), /index\.json lacks local\.imagefleet:debian-12:amd64/],
];

test.each(damages)("sees and repairs %s", async (_name, damage, said) => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  await damage(inputs);
  const { id, props } = await provider.read("id", outs);
  expect(id).toBe("id");
  expect(props!.state).toMatch(said);
  expect(props!.state).toMatch(/^incorrect: /);
  expect(await provider.diff("id", props!, inputs)).toEqual({ changes: true, replaces: [] });
  const repaired = (await provider.update("id", props!, inputs)).outs!;
  expect(await stateOf(repaired)).toBe("correct");
  expect(digest(await readFile(diskAt(inputs)))).toBe(inputs.sha256);
  expect(await provider.diff("id", repaired, inputs)).toEqual({ changes: false, replaces: [] });
});

test("a whole release that was deleted counts as gone, and create brings it back", async () => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  await rm(at("debian-12"), { recursive: true });
  expect(await stateOf(outs)).toBe("gone");
  expect(await stateOf(await published(inputs))).toBe("correct");
});

test("a catalog that cannot be read is unreachable: nothing is thrown and nothing forgotten", async () => {
  const outs = await published(await project.add(first));
  await rm(project.root, { recursive: true });
  await writeFile(project.root, "a file, not a directory");
  const { id, props } = await provider.read("id", outs);
  expect(id).toBe("id");
  expect(props).toEqual({ ...outs, state: expect.stringMatching(/^unreachable: ENOTDIR/) });
});

test("bytes that changed behind an untouched modification time are found", async () => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  await flipByte(diskAt(inputs));
  expect(await stateOf(outs)).toMatch(/altered/);
});

test("a deep look believes no record of this machine", async () => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  expect(await stateOf(outs)).toBe("correct");
  await flipByte(diskAt(inputs));
  await forgeRecord(diskAt(inputs));
  expect(await stateOf(outs)).toBe("correct");
  vi.stubEnv("IMAGEFLEET_DEEP", "1");
  expect(await stateOf(outs)).toMatch(/altered/);
  vi.unstubAllEnvs();
});

/** Makes the machine's memory of a file's digest fit the file as it is now. */
async function forgeRecord(path: string): Promise<void> {
  const dir = join(project.dir, "cache", "imagefleet", "verified");
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  for (const name of (await readdir(dir, { recursive: true })).filter((one) => one.endsWith(".json"))) {
    const entry = JSON.parse(await readFile(join(dir, name), "utf8"));
    if (entry.path === path) await writeFile(join(dir, name), JSON.stringify({ ...entry, size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` }));
  }
}

test("refuses a directory that somebody else made, and leaves it alone", async () => {
  const inputs = await project.add(first);
  await mkdir(at("debian-12/2026.1101.9/qcow2"), { recursive: true });
  await writeFile(diskAt(inputs), "mine");
  await expect(provider.create(inputs)).rejects.toThrow(/cannot publish debian-12@2026\.1101\.9 as qcow2 to laptop .*imagefleet did not make.*what to do: move that directory away/s);
  expect(await readFile(diskAt(inputs), "utf8")).toBe("mine");
});

test("refuses a version that another build has, and one whose bytes differ", async () => {
  const inputs = await project.add(first);
  await provider.create(inputs);
  await expect(provider.create({ ...inputs, key: "0".repeat(64) })).rejects.toThrow(/another build has that version there/);
  await expect(provider.create({ ...inputs, sha256: "0".repeat(64) })).rejects.toThrow(/other bytes there/);
});

test("refuses what the store does not have, or has otherwise", async () => {
  const inputs = await project.add(first);
  await expect(provider.create({ ...inputs, version: "2026.1101.8" })).rejects.toThrow(/the store has no such release/);
  await expect(provider.create({ ...inputs, sha256: "0".repeat(64) })).rejects.toThrow(/the store's debian-12-2026\.1101\.9\.qcow2 has SHA-256/);
  await expect(provider.create({ ...inputs, key: "0".repeat(64) })).rejects.toThrow(/the store's release has the build key/);
});

test("an update replaces the bytes that this resource published itself", async () => {
  const outs = await published(await project.add(first));
  await rm(join(project.dir, "releases"), { recursive: true, force: true });
  const rebuilt = await project.add(first);
  expect(rebuilt.sha256).not.toBe(outs.sha256);
  expect((await provider.diff("id", outs, rebuilt)).changes).toBe(true);
  const updated = (await provider.update("id", outs, rebuilt)).outs!;
  expect(await stateOf(updated)).toBe("correct");
  expect(digest(await readFile(diskAt(rebuilt)))).toBe(rebuilt.sha256);
});

test("deleting a replaced resource spares what its successor took over", async () => {
  const inputs = await project.add(first);
  const old = await published(inputs);
  const renamed = await published({ ...inputs, site: "desk" });
  await provider.delete("id", old);
  expect(await stateOf(renamed)).toBe("correct");
});

test("withdrawing leaves files that are none of ours", async () => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  await writeFile(at("debian-12/2026.1101.9/qcow2/notes.txt"), "mine");
  await provider.delete("id", outs);
  expect(await readdir(at("debian-12/2026.1101.9/qcow2"))).toEqual(["notes.txt"]);
  expect(await lstat(at("debian-12/latest")).catch(() => "none")).toBe("none");
});

test("a diff is sure of what it calls unchanged, and replaces what is another thing elsewhere", async () => {
  const inputs = await project.add(first);
  const olds: CatalogOutputs = { ...inputs, path: ".imagefleet/site", state: "correct", claim: "c" };
  const news: CatalogInputs = { ...inputs, path: ".imagefleet/site" };
  const diff = (change: object) => provider.diff("id", olds, { ...news, ...change });
  expect(await diff({})).toEqual({ changes: false, replaces: [] });
  for (const name of ["site", "image", "version", "format", "path"]) {
    expect(await diff({ [name]: "other" })).toEqual({ changes: true, replaces: [name] });
    expect(await diff({ [name]: UNKNOWN })).toEqual({ changes: true, replaces: [name] });
  }
  for (const name of ["key", "sha256", "bytes", "url"]) {
    expect(await diff({ [name]: "other" })).toEqual({ changes: true, replaces: [] });
    expect(await diff({ [name]: UNKNOWN })).toEqual({ changes: true, replaces: [] });
  }
  expect(await diff({ path: "./.imagefleet/site/" })).toEqual({ changes: true, replaces: [] });
});

test("the state of a resource is slim and holds no absolute path of its own making", async () => {
  const inputs = await project.add(first);
  const outs = await published(inputs);
  await truncate(diskAt(inputs), 1);
  const { props } = await provider.read("id", outs);
  const text = JSON.stringify({ ...props, path: "" });
  expect(text.length).toBeLessThan(2000);
  expect(text).not.toContain(project.dir);
});
