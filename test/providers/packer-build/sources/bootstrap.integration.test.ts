import { execFileSync, execFile, spawn } from "node:child_process";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareSource } from "#providers/packer-build/sources/prepare-source";
import { digest, digestOfFile, namesIn, testRequest, until, type TestRequest } from "./fixtures/request.ts";

const script = join(import.meta.dirname, "fixtures/prepare.ts");
const key = digest(Buffer.from("key"));
let request: TestRequest;
let recipeScript: string;

beforeEach(async () => {
  request = await testRequest({ kind: "bootstrap", recipe: "tiny", settings: { suite: "bookworm" }, key });
  recipeScript = join(request.root, "tiny.sh");
  await recipe('echo "making $SUITE"; env > "$WORK/env"; cp "$WORK/env" "$RUNS/env"; truncate -s 8M "$OUTPUT"; printf base | dd of="$OUTPUT" bs=512 seek=1 conv=notrunc status=none');
});
afterEach(() => request.remove());

/** A recipe that notes each of its runs. */
async function recipe(body: string): Promise<void> {
  await mkdir(join(request.root, "runs"), { recursive: true });
  await writeFile(recipeScript, `set -eu\nRUNS=${join(request.root, "runs")}\nmktemp "$RUNS/run-XXXXXX" >/dev/null\n${body}\n`);
}

const runs = async (): Promise<number> => (await namesIn(join(request.root, "runs"))).filter((name) => name.startsWith("run-")).length;
const cached = (): Promise<string[]> => namesIn(join(request.cacheDir, "bootstrap"));
const prepare = (settings: Record<string, string> = { suite: "bookworm" }, ofKey = key) =>
  prepareSource({ ...request, recipeScript, source: { kind: "bootstrap", recipe: "tiny", settings, key: ofKey } });
const argument = (): string => JSON.stringify({ ...request, recipeScript, progress: undefined, signal: undefined });

test("a recipe's raw disk becomes qcow2 in the cache, and is made once", async () => {
  const first = await prepare();
  expect(first).toEqual({ path: join(request.cacheDir, "bootstrap", key, "disk.qcow2"), sha256: await digestOfFile(first.path), format: "qcow2" });
  execFileSync("qemu-img", ["compare", "-q", "-f", "raw", "-F", "qcow2", await rawDisk(), first.path]);
  expect(await prepare()).toEqual(first);
  expect(await runs()).toBe(1);
  expect(request.said).toContain("making bookworm");
  expect(await namesIn(request.workDir)).toEqual([]);
  expect(await namesIn(join(request.cacheDir, "bootstrap", "staging"))).toEqual([]);
});

async function rawDisk(): Promise<string> {
  const raw = Buffer.alloc(8 * 1024 * 1024);
  raw.write("base", 512);
  await writeFile(join(request.root, "raw"), raw);
  return join(request.root, "raw");
}

test("a recipe sees its settings in upper case, and nothing of our own environment that it has no use for", async () => {
  process.env["IMAGEFLEET_TEST_CANARY"] = "canary";
  try {
    await prepare({ suite: "trixie", disk_size: "2G" });
  } finally {
    delete process.env["IMAGEFLEET_TEST_CANARY"];
  }
  const env = await readFile(join(request.root, "runs/env"), "utf8");
  expect(env).toMatch(/^SUITE=trixie$/m);
  expect(env).toMatch(/^DISK_SIZE=2G$/m);
  expect(env).not.toContain("canary");
});

test.each(["path", "output", "ld_preload", "home"])("a setting called %s cannot change how the recipe runs", async (name) => {
  await expect(prepare({ [name]: "/tmp/evil" })).rejects.toThrow(`${name.toUpperCase()} cannot be handed over as a setting`);
  expect(await runs()).toBe(0);
});

test("a recipe's qcow2 disk is kept as it is, unless part of it is elsewhere", async () => {
  await recipe('qemu-img create -q -f qcow2 "$OUTPUT" 8M');
  expect(await prepare()).toMatchObject({ format: "qcow2" });
  await recipe('truncate -s 8M "$WORK/below"; qemu-img create -q -f qcow2 -b "$WORK/below" -F raw "$OUTPUT"');
  await expect(prepare({}, digest(Buffer.from("other")))).rejects.toThrow("it has a backing file");
});

test("a failing recipe is reported with its last lines and its log, and leaves no disk", async () => {
  await recipe('truncate -s 8M "$OUTPUT"; seq 1 50; echo "no such suite" >&2; exit 3');
  const error = String(await prepare().catch((reason: Error) => reason));
  expect(error).toMatch(/cannot run the bootstrap tiny for debian-12 \(.*tiny\.sh\): it ended with exit code 3/);
  expect(error).toContain("no such suite");
  expect(error).toContain("    50\n");
  expect(error).not.toContain("    30\n");
  expect(await readFile(/full log: (\S+)/.exec(error)![1]!, "utf8")).toContain("1\n2\n");
  expect(await cached()).toEqual(["failed", "staging"]);
  expect(await namesIn(join(request.cacheDir, "bootstrap", "staging"))).toEqual([]);
});

test("a recipe that writes nothing is a failing one", async () => {
  await recipe("true");
  await expect(prepare()).rejects.toThrow("wrote nothing to $OUTPUT");
});

test("a flipped bit in a cached disk is found: it is set aside and made again", async () => {
  const { path } = await prepare();
  const handle = await open(path, "r+");
  await handle.write("x", 70_000);
  await handle.close();
  const again = await prepare();
  expect(await digestOfFile(again.path)).toBe(again.sha256);
  expect(await runs()).toBe(2);
  expect(await namesIn(join(request.cacheDir, "quarantine"))).toHaveLength(1);
});

test("a truncated disk with a valid record is made again", async () => {
  const { path } = await prepare();
  await rm(path);
  await writeFile(path, "");
  expect(await digestOfFile((await prepare()).path)).not.toBe(digest(Buffer.alloc(0)));
  expect(await runs()).toBe(2);
});

test("two at once, in this process and in another, make it once", async () => {
  await recipe('sleep 0.5; truncate -s 8M "$OUTPUT"');
  const [a, b, c] = await Promise.all([prepare(), prepare(), promisify(execFile)(process.execPath, [script, argument()])]);
  expect(await runs()).toBe(1);
  expect(new Set([a.sha256, b.sha256, JSON.parse(c.stdout).sha256]).size).toBe(1);
});

test("after SIGKILL nothing is under the final name, and the next run sweeps and makes it", async () => {
  const running = join(request.root, "running");
  await recipe(`truncate -s 8M "$OUTPUT"; if [ ! -e ${running} ]; then echo $$ > ${running}; exec sleep 600; fi`);
  const child = spawn(process.execPath, [script, argument()], { stdio: "ignore" });
  await until(async () => (await readFile(running, "utf8").catch(() => "")).endsWith("\n"));
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  try {
    expect(await cached()).not.toContain(key);
    expect(await namesIn(join(request.cacheDir, "bootstrap", "staging"))).toHaveLength(1);
    expect(await prepare()).toMatchObject({ format: "qcow2" });
    expect(await namesIn(join(request.cacheDir, "bootstrap", "staging"))).toEqual([]);
  } finally {
    process.kill(Number(await readFile(running, "utf8")), "SIGKILL"); // the child-registry reaps it in a real run
  }
});

test("cancelling stops the recipe and leaves nothing", async () => {
  await recipe('truncate -s 8M "$OUTPUT"; echo started; exec sleep 600');
  const abort = new AbortController();
  const progress = (text: string): void => void (text === "started" && abort.abort(new Error("interrupted")));
  await expect(prepareSource({ ...request, recipeScript, signal: abort.signal, progress })).rejects.toThrow("interrupted");
  expect(await cached()).toEqual(["staging"]);
  expect(await namesIn(join(request.cacheDir, "bootstrap", "staging"))).toEqual([]);
  expect(await namesIn(request.workDir)).toEqual([]);
});

test("the three newest disks of a recipe are kept, and those that a living process uses", async () => {
  const keys = ["a", "b", "c", "d", "e"].map((name) => digest(Buffer.from(name)));
  for (const each of keys.slice(0, 4)) await prepare(undefined, each);
  expect(await cached()).toEqual(expect.arrayContaining(keys.slice(0, 4))); // this process uses them all
  for (const each of keys.slice(0, 2)) await rm(join(request.cacheDir, "bootstrap", each, "users"), { recursive: true });
  await prepare(undefined, keys[4]);
  expect((await cached()).filter((name) => name.length === 64)).toEqual(keys.slice(2).sort());
});
