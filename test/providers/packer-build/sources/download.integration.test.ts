import { execFile, spawn } from "node:child_process";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareSource } from "#providers/packer-build/sources/prepare-source";
import { FileServer } from "./fixtures/file-server.ts";
import { digestOfFile, namesIn, quick, sizeOf, someBytes, testRequest, until, type TestRequest } from "./fixtures/request.ts";

const length = 8 * 1024 * 1024;
const script = join(import.meta.dirname, "fixtures/prepare.ts");

let server: FileServer;
let request: TestRequest;
let content: Buffer;
let sha256: string;

beforeEach(async () => {
  server = await FileServer.start();
  ({ content, sha256 } = someBytes(length));
  const url = server.put("disk.raw", content);
  request = await testRequest({ kind: "disk", url, sha256, format: "raw" });
});
afterEach(async () => {
  await server.stop();
  await request.remove();
});

const sources = (): Promise<string[]> => namesIn(join(request.cacheDir, "sources"));
const argument = (): string => JSON.stringify({ ...request, progress: undefined, signal: undefined });

test("a download lands in the cache under its digest and is not fetched again", async () => {
  const first = await prepareSource(request);
  expect(first).toEqual({ path: join(request.cacheDir, "sources", sha256), sha256, format: "raw" });
  expect(await digestOfFile(first.path)).toBe(sha256);
  await prepareSource(request);
  expect(server.exchanges).toHaveLength(1);
  expect(await sources()).toEqual([sha256]);
});

test("a connection that drops at half goes on where it ended", async () => {
  server.faults.push({ kind: "drop", after: length / 2 });
  await prepareSource(request);
  expect(server.exchanges.map(({ status }) => status)).toEqual([200, 206]);
  expect(server.exchanges[1]!.ifRange).toMatch(/^"/);
  expect(server.sent).toBeLessThanOrEqual(length * 1.12);
});

test("a server that falls silent in mid-body is left after the stall time", async () => {
  server.faults.push({ kind: "stall", after: length / 2 });
  await prepareSource(request);
  expect(server.exchanges.map(({ status }) => status)).toEqual([200, 206]);
});

test("a server that never answers is left after the response time, and named in the end", async () => {
  for (let i = 0; i < 10; i++) server.faults.push({ kind: "silence" });
  await expect(prepareSource({ ...request, limits: { ...quick, retries: 1 } })).rejects.toThrow(/prepare the source of debian-12 \(http:.*disk\.raw\): .*300 ?ms.*what to do/s);
  expect(server.exchanges).toHaveLength(2);
});

test("Retry-After is honoured", async () => {
  server.faults.push({ kind: "status", status: 503, retryAfter: "1" });
  const started = performance.now();
  await prepareSource(request);
  expect(performance.now() - started).toBeGreaterThanOrEqual(1000);
  expect(request.said.join("\n")).toContain("503");
});

test("a server that asks for more patience than allowed is given up at once", async () => {
  server.faults.push({ kind: "status", status: 429, retryAfter: "3600" });
  await expect(prepareSource(request)).rejects.toThrow(/429.*asks to wait 3600 s/);
  expect(server.exchanges).toHaveLength(1);
});

test.each([401, 403, 404, 410])("an answer of %i is final", async (status) => {
  server.faults.push({ kind: "status", status });
  await expect(prepareSource(request)).rejects.toThrow(new RegExp(`the server answers ${status}.*what to do`, "s"));
  expect(server.exchanges).toHaveLength(1);
});

test("a server that ignores ranges sends all of it again", async () => {
  server.ignoresRange = true;
  server.faults.push({ kind: "drop", after: length / 2 });
  const { path } = await prepareSource(request);
  expect(await digestOfFile(path)).toBe(sha256);
  expect(server.exchanges.map(({ status }) => status)).toEqual([200, 200]);
});

test("an answer with another range than the one asked for is not taken", async () => {
  server.misstatesRange = true;
  server.faults.push({ kind: "drop", after: length / 2 });
  await prepareSource(request);
  expect(server.exchanges.map(({ status }) => status)).toEqual([200, 206, 200]);
  expect(request.said.join("\n")).toContain("another range");
});

test("a proxy in the environment is used", async () => {
  const argument = JSON.stringify({ ...request, source: { ...request.source, url: "http://mirror.invalid/disk.raw" }, progress: undefined, signal: undefined });
  const env = { PATH: process.env["PATH"], HTTP_PROXY: server.url(""), NO_PROXY: "" };
  const { stdout } = await promisify(execFile)(process.execPath, [script, argument], { env });
  expect(JSON.parse(stdout)).toMatchObject({ sha256 });
  expect(server.exchanges).toHaveLength(1);
});

test.each([true, false])("content that is replaced between attempts is fetched whole (validator: %s)", async (hasValidator) => {
  server.hasValidator = hasValidator;
  const old = someBytes(length).content;
  server.put("disk.raw", old);
  server.faults.push({ kind: "drop", after: length / 2 });
  const replaced = prepareSource({ ...request, progress: (text) => void (text.includes("trying again") && server.put("disk.raw", content)) });
  expect(await digestOfFile((await replaced).path)).toBe(sha256);
});

test("a wrong digest is refused and leaves nothing", async () => {
  server.put("disk.raw", someBytes(length).content);
  await expect(prepareSource(request)).rejects.toThrow(new RegExp(`its SHA-256 is [0-9a-f]{64}, not ${sha256}.*deleted`));
  expect(await sources()).toEqual([]);
  expect(server.exchanges).toHaveLength(1);
});

test("a file that is cut short at the same byte every time is given up", async () => {
  for (let i = 0; i < 10; i++) server.faults.push({ kind: "drop", after: 0 });
  await expect(prepareSource(request)).rejects.toThrow("check the network and the server");
  expect(server.exchanges).toHaveLength(1 + quick.retries);
});

test("more breaks than retries are survived as long as each attempt brings something", async () => {
  const limits = { ...quick, retries: 1, progressBytes: 512 * 1024 };
  for (let i = 0; i < 6; i++) server.faults.push({ kind: "drop", after: length / 8 });
  const { path } = await prepareSource({ ...request, limits });
  expect(await digestOfFile(path)).toBe(sha256);
  expect(server.exchanges).toHaveLength(7);
});

test("a flipped bit in the cache is found: the file is set aside and fetched again", async () => {
  const { path } = await prepareSource(request);
  const handle = await open(path, "r+");
  await handle.write(Buffer.from([content[4096]! ^ 1]), 0, 1, 4096);
  await handle.close();
  expect(await digestOfFile((await prepareSource(request)).path)).toBe(sha256);
  expect(await namesIn(join(request.cacheDir, "quarantine"))).toHaveLength(1);
});

test("two at once, in this process and in others, download once", async () => {
  server.rate = 16 * 1024 * 1024;
  const other = (): Promise<{ stdout: string }> => promisify(execFile)(process.execPath, [script, argument()]);
  const [a, b, c, d] = await Promise.all([prepareSource(request), prepareSource(request), other(), other()]);
  expect(server.exchanges).toHaveLength(1);
  expect([a.path, b.path, JSON.parse(c.stdout).path, JSON.parse(d.stdout).path]).toEqual(Array(4).fill(join(request.cacheDir, "sources", sha256)));
});

test("after SIGKILL in mid-download the next run goes on where it ended", async () => {
  server.rate = 16 * 1024 * 1024;
  const child = spawn(process.execPath, [script, argument()], { stdio: "inherit" });
  const part = join(request.cacheDir, "sources", `${sha256}.part`);
  await until(async () => (await sizeOf(part)) > length / 2);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  expect(await sources()).not.toContain(sha256);
  const kept = await sizeOf(part);
  server.rate = undefined;
  const { path } = await prepareSource(request);
  expect(await digestOfFile(path)).toBe(sha256);
  expect(server.exchanges[1]!.range).toBe(`bytes=${kept}-`);
  expect(server.exchanges[1]!.sent).toBe(length - kept);
  expect(server.exchanges[1]!.sent).toBeLessThan(length / 2);
  expect(await sources()).toEqual([sha256]);
});

test("what an earlier run left damaged is fetched again as a whole", async () => {
  const part = join(request.cacheDir, "sources", `${sha256}.part`);
  await mkdir(join(request.cacheDir, "sources"), { recursive: true });
  await writeFile(part, someBytes(length / 2).content);
  await writeFile(`${part}.json`, JSON.stringify({ url: server.url("disk.raw"), total: length }));
  const { path } = await prepareSource(request);
  expect(await digestOfFile(path)).toBe(sha256);
  expect(server.exchanges.map(({ status }) => status)).toEqual([206, 200]);
});

test("cancelling ends a download at once and keeps what has come", async () => {
  server.rate = 4 * 1024 * 1024;
  const abort = new AbortController();
  const running = prepareSource({ ...request, signal: abort.signal });
  const part = join(request.cacheDir, "sources", `${sha256}.part`);
  await until(async () => (await sizeOf(part)) > 0);
  abort.abort(new Error("interrupted"));
  await expect(running).rejects.toThrow("interrupted");
  expect(await sizeOf(part)).toBeGreaterThan(0);
  expect(await sources()).not.toContain(`${sha256}.lock`);
});

test("what is no digest is refused before it becomes a path, and capitals make no difference", async () => {
  const { source } = request;
  await expect(prepareSource({ ...request, source: { ...source, sha256: "../../x" } as typeof source })).rejects.toThrow("disk_sha256: is not a SHA-256");
  expect(await prepareSource({ ...request, source: { ...source, sha256: sha256.toUpperCase() } as typeof source })).toMatchObject({ sha256 });
});

test("credentials and queries of a URL are not shown", async () => {
  const url = server.url("gone.raw?token=canary").replace("http://", "http://user:canary@");
  const error = await prepareSource({ ...request, source: { kind: "disk", url, sha256, format: "raw" } }).catch((reason: Error) => reason);
  expect(String(error)).toContain("gone.raw");
  expect(String(error)).not.toContain("canary");
});

test("a local file is used where it is, and refused but left when its digest is wrong", async () => {
  const path = join(request.root, "mine.raw");
  await writeFile(path, content);
  for (const url of [path, `file://${path}`]) {
    expect(await prepareSource({ ...request, source: { kind: "disk", url, sha256, format: "raw" } })).toEqual({ path, sha256, format: "raw" });
  }
  await writeFile(path, someBytes(1024).content);
  await expect(prepareSource({ ...request, source: { kind: "disk", url: path, sha256, format: "raw" } })).rejects.toThrow("left as it is");
  expect(await readFile(path)).toHaveLength(1024);
});
