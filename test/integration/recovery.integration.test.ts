import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { fileBackend, pendingCreates } from "../../tools/engine/file-backend.ts";
import { stackLocks } from "../../tools/engine/stack-locks.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { killTree, signalTree } from "./kill-tree.ts";
import { Project } from "./project.ts";
import { linesOf, messageOf, transcript } from "./transcript.ts";
import { waitFor } from "./wait-for.ts";

/** Runs that are killed, and runs at the same time, by the real engine on its file backend: steps of one story, in this order. */
const version = "2026.1101.1";
const waves = [["a1", "a2", "a3", "a4"], ["b1", "b2", "b3", "b4"], ["c1", "c2", "c3", "c4"]] as const;

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
  const key = project.path(".imagefleet/signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  for (const image of waves.flat()) await storeRealRelease(project.store, { image, version }, ["qcow2", "raw"]);
  await configure(1);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
});

/** @param upTo So many of the waves of images are there. */
function configure(upTo: number): Promise<void> {
  const images = waves.slice(0, upTo).flat().map((name) => [name, { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["shelf"] }]);
  return project.configure({ build: "never", images: Object.fromEntries(images), sites: { shelf: { kind: "local", path: "shelf", formats: ["qcow2", "raw"] } } });
}

const backend = () => fileBackend(project.env, "test")!;
/** Whether some release is being written to the catalog. */
const pending = async () => (await pendingCreates(backend())).some((name) => name.startsWith("shelf/"));
const locks = async () => (await stackLocks(backend())).map(({ file }) => file);

/** Names and contents of everything in the state, the store and the catalog. */
async function everything(): Promise<string> {
  const hash = createHash("sha256");
  for (const dir of ["state", ".imagefleet/store", "shelf"]) {
    const entries = await readdir(project.path(dir), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const file of entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort()) hash.update(file).update(await readFile(file));
  }
  return hash.digest("hex");
}

/** Lines of a run's output as they would read in any run. */
function saidOf(output: string, pattern: RegExp): string {
  const who = (line: string) => line.replaceAll(`${userInfo().username}@${hostname()}`, "ci@builder").replace(/process \d+/, "process 4711");
  return who(linesOf(output, pattern)).replace(/(begun to create:? ).*?(?=[:;] )/, "$1shelf/tiny@2026.1101.1/qcow2, shelf/tiny@2026.1101.1/raw");
}

/** Nothing is left over, and every release is in the catalog. */
async function expectWhole(images: readonly string[]): Promise<void> {
  expect([await pendingCreates(backend()), await locks()]).toEqual([[], []]);
  expect(await readdir(project.path("shelf/.staging")).catch(() => [])).toEqual([]);
  for (const image of images) expect((await readdir(project.path("shelf", image, version))).sort(), image).toEqual(["qcow2", "raw"]);
}

/** Stops a run, with all below it, as it stands while it creates something. */
async function halt(run: ReturnType<Project["run"]>): Promise<void> {
  const deadline = Date.now() + 150_000;
  for (;;) {
    await expect.poll(pending, { interval: 10, timeout: deadline - Date.now() }).toBe(true);
    await signalTree(run.pid!, "SIGSTOP");
    if (await pending()) break;
    await signalTree(run.pid!, "SIGCONT");
  }
  expect(await locks()).toHaveLength(1);
}

describe("after SIGKILL of a run and its engine in the middle of what they create", () => {
  test("a preview and a look for drift say what is left, and touch nothing", async () => {
    const up = project.run("up", [], { detached: true });
    await halt(up);
    await killTree(up.pid!);
    await up;
    expect([await pending(), (await locks()).length]).toEqual([true, 1]);
    const before = await everything();
    const preview = await project.run("preview");
    expect(preview.exitCode, String(preview.all)).toBe(0);
    await transcript("killed-preview", saidOf(String(preview.all), /^\[to know\] (the stack|an interrupted)/));
    const drift = String((await project.run("drift")).all);
    expect(drift).toMatch(/\[to know\] the stack test is locked by process \d+ of .*, which is gone/);
    expect(await everything()).toBe(before);
  });

  test("the next up says what it mends, and converges", async () => {
    const up = await project.up();
    expect(up.exitCode, up.text).toBe(0);
    await transcript("killed-up", saidOf(up.text, /^\[clean-up\] (unlocked|forgetting)/));
    await expectWhole(waves[0]);
  });
});

describe("beside a run that is still alive", () => {
  test("a preview and a look for drift touch nothing, and say what they do not show; a second up waits, by name, and both end right", async () => {
    await configure(2);
    const first = project.run("up", [], { detached: true });
    await halt(first);
    const [lock, before] = [await locks(), await everything()];
    const preview = await project.run("preview");
    expect(preview.exitCode, String(preview.all)).toBe(0);
    expect(String(preview.all)).toMatch(/\[to know\] the stack test is locked by process \d+ of \S+, since \S+: what that run changes meanwhile is not shown/);
    await project.run("drift");
    expect(await everything()).toBe(before);

    const second = project.run("up", []);
    let said = "";
    second.all!.on("data", (chunk: Buffer) => (said += String(chunk)));
    await waitFor(async () => said.includes("waiting:") || undefined, 60_000);
    await transcript("two-runs", saidOf(said, /waiting:/));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect([await locks(), await everything()]).toEqual([lock, before]);
    await signalTree(first.pid!, "SIGCONT");
    const ended = await Promise.all([first, second]);
    expect(ended.map(({ exitCode }) => exitCode), ended.map(({ all }) => String(all)).join("\n")).toEqual([0, 0]);
    expect(String(ended[1].all)).not.toContain("[clean-up]");
    await expectWhole(waves.slice(0, 2).flat());
  });

  test("an up waits for an engine that was started without it", async () => {
    await configure(3);
    const engine = project.engine(["up", "--yes", "--skip-preview"], { detached: true });
    await halt(engine);
    const lock = await locks();
    const up = project.run("up", []);
    let said = "";
    up.all!.on("data", (chunk: Buffer) => (said += String(chunk)));
    await waitFor(async () => said.includes("waiting:") || undefined, 60_000);
    expect(said).toContain(`waiting: the stack test is being changed by process ${JSON.parse(await readFile(lock[0]!, "utf8")).pid} of `);
    expect(await locks()).toEqual(lock);
    await signalTree(engine.pid!, "SIGCONT");
    const ended = await Promise.all([engine, up]);
    expect(ended.map(({ exitCode }) => exitCode), ended.map(({ all }) => String(all)).join("\n")).toEqual([0, 0]);
    await expectWhole(waves.flat());
    const preview = await project.run("preview", ["--expect-no-changes"]);
    expect(preview.exitCode, String(preview.all)).toBe(0);
    expect(String(preview.all)).not.toMatch(/to know|clean-up/);
  });
});

test.each([
  ["another host's", "lock-elsewhere", JSON.stringify({ pid: 1, username: "ci", hostname: "another-builder", timestamp: "2026-11-01T08:00:00Z" })],
  ["a half-written one", "lock-unreadable", '{"pid": 12'],
])("a lock that nobody here can judge, %s, stays, and the message has the command that removes it", async (_, name, text) => {
  await mkdir(backend().locks, { recursive: true });
  const file = join(backend().locks, `${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}.json`);
  await writeFile(file, text);
  const up = await project.up();
  expect(up.exitCode).toBe(1);
  await transcript(name, messageOf(up.text, /^error: cannot change the stack/));
  expect(await readFile(file, "utf8")).toBe(text);
  const [, command] = /rm '([^']+)'/.exec(up.text)!;
  expect(command).toBe(file);
  await rm(file);
});
