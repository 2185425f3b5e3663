import { readdir, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseName } from "#model/release";
import { gc, type GcLine, type GcOptions } from "#store/gc";
import type { DocumentName } from "#store/store";
import { allocatedBytes } from "#store/allocated-bytes";
import { makeStore, release, stageBuild, storeBuild, storeGroup, storePassing } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await makeStore();
  for (const serial of [1, 2, 3, 4, 5]) await storePassing(fixture.store, release(serial));
});
afterEach(() => fixture.remove());

/** A month after what the fixture builds. */
const now = new Date("2026-12-02T12:00:00Z");
const rules: GcOptions = { retain: 1, keepFor: 14, now, dryRun: false };
const channel = (image: string, version: string, former?: string) => ({ schemaVersion: 1, channel: "stable", image, version, stack: "shop/prod", sha256: "0".repeat(64), since: "2026-11-02T12:00:00Z", ...(former && { former }) });

async function run(own: Partial<GcOptions> = {}, onLine?: (line: GcLine) => Promise<void>): Promise<GcLine[]> {
  const lines: GcLine[] = [];
  for await (const line of gc(fixture.store, { ...rules, ...own })) {
    lines.push(line);
    await onLine?.(line);
  }
  return lines;
}

async function files(): Promise<string[]> {
  return (await readdir(fixture.root, { recursive: true })).sort();
}

function going(lines: readonly GcLine[]): string[] {
  return lines.filter(({ goes }) => goes).map(({ what }) => what);
}

test("what nobody needs goes, each thing with its size and reason, and a second run finds nothing to do", async () => {
  const { store } = fixture;
  await store.hold({ project: "shop", stack: "prod", ...release(1) });
  const lines = await run();
  expect(going(lines)).toEqual([release(2), release(3)].map(releaseName));
  expect(lines.find(({ what }) => what === releaseName(release(2)))).toMatchObject({ kind: "release", goes: true, why: "2 newer ones that passed stay (--retain 1); built 30 days ago (--keep-for 14d); nobody needs it" });
  for (const { bytes } of lines) expect(bytes).toBeGreaterThan(0);
  expect(await store.versions("debian-12")).toEqual([1, 4, 5].map((serial) => release(serial).version));
  expect((await store.tombstones()).map(({ reason }) => reason)).toEqual(Array<unknown>(2).fill(expect.stringMatching(/^nobody needed it: 2 newer ones/)));
  expect(going(await run())).toEqual([]);
  expect(await readdir(join(fixture.root, "staging"))).toEqual([]);
});

test("a dry run says the same and changes nothing", async () => {
  const { store } = fixture;
  await storeGroup(store, release(5), "failures/0123-1", "why", { finishedAt: "2026-11-01T00:00:00Z" });
  await store.addDocument("publications/shop/prod/debian-12@2026.1101.2", { schemaVersion: 1, ...release(2), sites: {} });
  const before = await files();
  const said = await run({ dryRun: true });
  expect(await files()).toEqual(before);
  expect(await run()).toEqual(said);
  expect(going(said)).toEqual(["debian-12@2026.1101.1", "debian-12@2026.1101.2", "debian-12@2026.1101.3", "debian-12@2026.1101.5 failures/0123-1", "publications/shop/prod/debian-12@2026.1101.2"]);
  expect(await files()).not.toEqual(before);
});

test("what documents of any stack name stays: where a channel points and has pointed, what is asked for, what is revoked", async () => {
  const { store } = fixture;
  for (const serial of [6, 7]) await storePassing(store, release(serial));
  await store.addDocument("channels/stable/debian-12", channel("debian-12", release(1).version, release(2).version));
  await store.addDocument("requests/shop/dev/stable/debian-12", { schemaVersion: 1, ...release(3), envelope: {} });
  await store.addDocument("revocations/debian-12@2026.1101.4", { schemaVersion: 1, ...release(4), reason: "CVE-2026-0001", stack: "shop/prod", sha256: "", since: "" });
  expect(going(await run())).toEqual([releaseName(release(5))]);
});

test("a layer goes before what it is layered on, and keeps it as long as it stays", async () => {
  const { store } = fixture;
  const on = (serial: number) => ({ parent: { ...release(serial), key: "ab".repeat(32) } });
  for (const [serial, parent] of [[1, 1], [2, 2], [3, 2], [4, 2]] as const) await storePassing(store, release(serial, "web"), on(parent));
  expect(going(await run())).toEqual(["web@2026.1101.1", "web@2026.1101.2", "debian-12@2026.1101.1", "debian-12@2026.1101.3"]);
});

test("with an image named, nothing else goes", async () => {
  const { store } = fixture;
  for (const serial of [1, 2, 3]) await storePassing(store, release(serial, "rocky-9"));
  const lines = await run({ images: ["rocky-9"] });
  expect(lines.map(({ what }) => what)).toEqual(["rocky-9@2026.1101.2", "rocky-9@2026.1101.3", "rocky-9@2026.1101.1"]);
  expect(await store.versions("debian-12")).toHaveLength(5);
});

test("whoever comes to need a release while others go, keeps it", async () => {
  const { store } = fixture;
  const staging = await stageBuild(store);
  const lines = await run({}, async ({ goes, what }) => {
    if (goes || what !== releaseName(release(5))) return;
    await store.hold({ project: "shop", stack: "prod", ...release(1) });
    await staging.use(release(2));
    await storePassing(store, release(1, "web"), { parent: { ...release(3), key: "ab".repeat(32) } });
  });
  expect(lines.filter(({ why }) => why.startsWith("needed meanwhile")).map(({ what, goes, why }) => [what, goes, why])).toEqual([
    [releaseName(release(1)), false, expect.stringContaining("held by the stack shop/prod")],
    [releaseName(release(2)), false, expect.stringMatching(/in use now: test \(process \d+\)/)],
    [releaseName(release(3)), false, expect.stringContaining("web@2026.1101.1 is layered on it")],
  ]);
  expect(await store.versions("debian-12")).toHaveLength(5);
  await staging.abandon();
  expect(going(await run())).toEqual([releaseName(release(2))]);
  await expect((await stageBuild(store)).use(release(2))).rejects.toThrow(/was removed on .*: nobody needed it/);
});

const damages: [string, RegExp, (root: string) => Promise<void>][] = [
  ["a channel that is not JSON", /read channels\/stable\/debian-12 \(.*\): it is not JSON/, (root) => damaged(root, "channels/stable/debian-12", "{")],
  ["a channel that names no version", /read channels\/stable\/debian-12: .*it is no version/, (root) => damaged(root, "channels/stable/debian-12", channel("debian-12", "newest"))],
  ["a channel of another image", /read channels\/stable\/debian-12: it is about the channel stable of rocky-9@2026.1101.1, which its name does not say/, (root) => damaged(root, "channels/stable/debian-12", channel("rocky-9", "2026.1101.1"))],
  ["a request without a release", /read requests\/shop\/dev\/stable\/debian-12: /, (root) => damaged(root, "requests/shop/dev/stable/debian-12", { schemaVersion: 1 })],
  ["a publication of a later schema", /read publications\/shop\/prod\/debian-12@2026.1101.1: /, (root) => damaged(root, "publications/shop/prod/debian-12@2026.1101.1", { schemaVersion: 2, ...release(1), sites: {} })],
  ["a release without its record", /read debian-12@2026.1101.3: it has lost its record/, (root) => rm(join(root, "images/debian-12/2026.1101.3/build/release.json"))],
  ["a record that is cut", /read the record of debian-12@2026.1101.3, group build .*: it is not JSON/, (root) => damaged(root, "images/debian-12/2026.1101.3/build/release", "{")],
];

test.each(damages)("%s stops it, is named with what to do, and nothing is removed", async (_, message, damage) => {
  await fixture.store.addDocument("publications/shop/prod/debian-12@2026.1101.1", { schemaVersion: 1, ...release(1), sites: {} });
  await fixture.store.addDocument("channels/stable/debian-12", channel("debian-12", release(5).version));
  await fixture.store.addDocument("requests/shop/dev/stable/debian-12", { schemaVersion: 1, ...release(5), envelope: {} });
  await damage(fixture.root);
  const before = await files();
  await expect(run()).rejects.toThrow(message);
  await expect(run()).rejects.toThrow(/nothing has been removed\n {2}what to do: \S/);
  expect(await files()).toEqual(before);
});

test("evidence of old failures goes once it says nothing any more", async () => {
  const { store } = fixture;
  const at = (day: string) => ({ finishedAt: `2026-${day}T00:00:00Z` });
  await storeBuild(store, release(6));
  for (const id of [release(5), release(6)]) for (const [n, day] of ["10-01", "10-02", "11-30"].entries()) await storeGroup(store, id, `failures/0123-${n}`, "why", at(day));
  const lines = await run();
  expect(going(lines).filter((what) => what.includes("failures"))).toEqual(["0123-0", "0123-1"].flatMap((name) => [`${releaseName(release(5))} failures/${name}`]).concat(["0123-0", "0123-1"].map((name) => `${releaseName(release(6))} failures/${name}`)));
  expect(await store.groups(release(6))).toEqual(["build", "failures/0123-2"]);
  expect(await run({ now: new Date("2027-06-01T00:00:00Z") }).then(going)).toEqual([`${releaseName(release(5))} failures/0123-2`]);
});

test("what is left of dead runs, of removals that were killed, of quarantine and of digests goes too", async () => {
  const { store, root, cacheDir } = fixture;
  await store.quarantine(release(1), "bit flip");
  const tombstone = { schemaVersion: 1, ...release(2), reason: "killed", removedAt: "2026-11-02T10:00:00Z" };
  await writeFile(join(root, "tombstones", "debian-12@2026.1101.2.json"), JSON.stringify(tombstone));
  await storeBuild(store, release(1, "gone"));
  await rm(join(root, "images", "gone"), { recursive: true });
  for (const file of await readdir(join(cacheDir, "verified"), { recursive: true })) await utimes(join(cacheDir, "verified", file), 0, 0);
  await store.addDocument("publications/shop/prod/debian-12@2026.1101.1", { schemaVersion: 1, ...release(1), sites: {} });
  const later = new Date(Date.now() + 15 * 86_400_000);
  expect(going(await run({ now: new Date(Date.now()), keepFor: 1000 }))).toEqual(["publications/shop/prod/debian-12@2026.1101.1", "debian-12@2026.1101.2", expect.stringMatching(/^notes of \d+ digests$/)]);
  const lines = await run({ now: later, keepFor: 14 });
  expect(lines.find(({ what }) => what === "quarantine/debian-12@2026.1101.1-1")).toMatchObject({ goes: true, why: "it was damaged, and was set aside 15 days ago (--keep-for 14d)" });
  expect([await readdir(join(root, "quarantine")), await readdir(join(root, "images", "debian-12"))]).toEqual([[], ["2026.1101.4", "2026.1101.5"]]);
});

test("sizes are what is allocated: holes are not counted, and a file with two names is once", async () => {
  const { dir } = fixture;
  const file = join(dir, "sparse");
  await writeFile(file, Buffer.alloc(100_000, 1));
  await truncate(file, 1 << 30);
  const bytes = await allocatedBytes(file);
  expect(bytes).toBeGreaterThanOrEqual(100_000);
  expect(bytes).toBeLessThan(1 << 20);
  expect(await allocatedBytes(join(dir, "nothing"))).toBe(0);
});

async function damaged(root: string, name: DocumentName | `images/${string}`, value: unknown): Promise<void> {
  const file = join(root, `${name}.json`);
  await rm(file, { force: true });
  await writeFile(file, typeof value === "string" ? value : JSON.stringify(value));
}

