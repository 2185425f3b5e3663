import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256File } from "#store/digest";
import { VerifiedCache, defaultCacheDir } from "#store/verified-cache";

let dir: string;
let file: string;
let cache: VerifiedCache;
const sha256 = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
const marker = "f".repeat(64);
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-cache-"));
  file = join(dir, "file");
  cache = new VerifiedCache(dir);
  await writeFile(file, "content");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Replaces the digest in the only entry: a digest that comes back as this one was not read from the file. */
async function markEntry(edit = (text: string) => text.replace(sha256, marker)): Promise<void> {
  const [entry] = (await readdir(join(dir, "verified"), { recursive: true })).filter((name) => name.endsWith(".json"));
  const path = join(dir, "verified", entry ?? "");
  await writeFile(path, edit(await readFile(path, "utf8")));
}

test("a file is read once, and again only when asked to or when it has changed", async () => {
  expect(await cache.digest(file)).toEqual({ sha256, bytes: 7 });
  await markEntry();
  expect((await cache.digest(file)).sha256).toBe(marker);
  expect((await cache.digest(file, true)).sha256).toBe(sha256);
  await markEntry();
  await writeFile(file, "CONTENT");
  expect((await cache.digest(file)).sha256).not.toBe(marker);
});

test("a change right after the reading is seen, however coarse the file system's clock", async () => {
  for (let n = 0; n < 20; n++) {
    await writeFile(file, "content");
    await cache.digest(file);
    await writeFile(file, "CONTENT");
    expect((await cache.digest(file)).sha256).not.toBe(sha256);
  }
});

test.each(["", "{", "[]", `{"sha256":"${marker}"}`])("a damaged entry (%s) is ignored", async (text) => {
  await cache.digest(file);
  await markEntry(() => text);
  expect((await cache.digest(file)).sha256).toBe(sha256);
});

test("a cache that cannot be written is no failure", async () => {
  await writeFile(join(dir, "no-directory"), "");
  expect((await new VerifiedCache(join(dir, "no-directory")).digest(file)).sha256).toBe(sha256);
});

test("large files are hashed beside the event loop, with progress, to the same digest", async () => {
  const large = Buffer.alloc(48_000_001, 7);
  await writeFile(file, large);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const digest = await sha256File(file);
  clearInterval(timer);
  expect(digest).toEqual({ sha256: createHash("sha256").update(large).digest("hex"), bytes: large.length });
  expect(ticks).toBeGreaterThan(5);
});

test("a file that is not there fails with its path", async () => {
  await expect(sha256File(join(dir, "absent"))).rejects.toThrow(/ENOENT.*absent/);
});

test("the cache lies in the user's cache directory", () => {
  expect(defaultCacheDir({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/imagefleet");
  expect(defaultCacheDir({})).toMatch(/\/\.cache\/imagefleet$/);
});
