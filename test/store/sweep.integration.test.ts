import { once } from "node:events";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeStore, release, startChild, storeBuild } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => void (fixture = await makeStore()));
afterEach(() => fixture.remove());

test("a staging directory is swept when its owner is dead, and never before", { timeout: 20_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  const child = startChild("stage-and-wait", [root, cacheDir]);
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const dir = dirname(line.toString().trim());
  expect(await store.sweep()).toEqual([]);
  child.kill("SIGSTOP");
  expect(await store.sweep()).toEqual([]);
  expect((await stat(join(dir, "files", "disk.qcow2"))).size).toBeGreaterThan(0);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await store.sweep()).toEqual([dir]);
  expect(await readdir(join(root, "staging"))).toEqual([]);
});

test("one of this process stays, whatever its age", async () => {
  const { store } = fixture;
  const staging = await store.stage("mine");
  await editOwner(dirname(staging.dir), { createdAt: "2020-01-01T00:00:00Z" });
  expect(await store.sweep()).toEqual([]);
  await staging.abandon();
});

test("another host's is left alone for seven days", async () => {
  const { store } = fixture;
  const dir = dirname((await store.stage("elsewhere")).dir);
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000).toISOString();
  await editOwner(dir, { host: "elsewhere", bootId: "another", createdAt: daysAgo(6.9) });
  expect(await store.sweep()).toEqual([]);
  await editOwner(dir, { createdAt: daysAgo(7.1) });
  expect(await store.sweep()).toEqual([dir]);
});

test("a stale announcement of a removal blocks nobody, a live one gives an answer", { timeout: 20_000 }, async () => {
  const { store } = fixture;
  await storeBuild(store, release(1));
  const staging = await store.stage("remove");
  const dir = dirname(staging.dir);
  await editOwner(dir, { removing: "debian-12@2026.1101.1" });
  const held = store.hold({ project: "p", stack: "s", ...release(1) });
  const first = await Promise.race([held.then(() => "held"), new Promise((resolve) => setTimeout(resolve, 300, "waits"))]);
  expect(first).toBe("waits");
  await editOwner(dir, { startTime: 1 });
  await held;
  expect(await store.holds()).toHaveLength(1);
});

test("an empty directory that was never used is swept, one with unknown content is kept", async () => {
  const { store, root } = fixture;
  await mkdir(join(root, "staging", "empty"), { recursive: true });
  await mkdir(join(root, "staging", "strange", "files"), { recursive: true });
  expect(await store.sweep()).toEqual([join(root, "staging", "empty")]);
  expect(await readdir(join(root, "staging"))).toEqual(["strange"]);
});

async function editOwner(dir: string, change: object): Promise<void> {
  const path = join(dir, "owner.json");
  const owner = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(`${path}.new`, JSON.stringify({ ...owner, ...change }));
  await rename(`${path}.new`, path);
}
