import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { provider } from "#providers/local-catalog/provider";
import { makeProject, type Project } from "../providers/local-catalog/fixture.ts";
import { parseRange } from "../../tools/serve/range.ts";
import { serveCatalog, type CatalogServer } from "../../tools/serve/catalog-server.ts";

const serveProgram = fileURLToPath(new URL("../../tools/serve.ts", import.meta.url));
const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
const disk = "/debian-12/2026.1101.2/qcow2/debian-12-2026.1101.2.qcow2";

let project: Project;
let server: CatalogServer;
beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  project = await makeProject();
  await provider.create(await project.add({ image: "debian-12", version: "2026.1101.2" }, content));
  await provider.create(await project.add({ image: "debian-12", version: "2026.1101.1" }));
  await writeFile(join(project.dir, "secret"), "secret");
  await symlink(join(project.dir, "secret"), join(project.root, "debian-12/leak"));
  await symlink("../.staging", join(project.root, "debian-12/hidden"));
  await writeFile(join(project.root, ".staging/half"), "half");
  await writeFile(join(project.root, "debian-12/empty"), "");
  server = await serveCatalog(project.root, "laptop", 0);
});
afterAll(async () => {
  await server.close();
  await project.remove();
  vi.restoreAllMocks();
});

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetch(new URL(path, server.url), { headers, method });
}

/** Without the client's own tidying of the path. */
function statusOf(path: string): Promise<number> {
  return new Promise((resolve, reject) => request(server.url, { path }, (response) => resolve(response.resume().statusCode!)).on("error", reject).end());
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

test("serves a disk whole, by its version and as the latest", async () => {
  for (const path of [disk, "/debian-12/latest/qcow2/debian-12-2026.1101.2.qcow2"]) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/x-qemu-disk");
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(await bytesOf(response)).toEqual(content);
  }
});

test.each([
  ["bytes=0-0", 0, 0],
  ["bytes=10-19", 10, 19],
  ["bytes=990-", 990, 999],
  ["bytes=-5", 995, 999],
  ["bytes=-5000", 0, 999],
  ["bytes=998-5000", 998, 999],
])("answers the range %s", async (range, start, end) => {
  const response = await get(disk, { range });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/1000`);
  expect(response.headers.get("content-length")).toBe(`${end - start + 1}`);
  expect(await bytesOf(response)).toEqual(content.subarray(start, end + 1));
});

test("refuses a range past the end, and ignores one it does not understand", async () => {
  const past = await get(disk, { range: "bytes=1000-" });
  expect([past.status, past.headers.get("content-range")]).toEqual([416, "bytes */1000"]);
  expect((await get(disk, { range: "lines=1-2" })).status).toBe(200);
  expect((await get(disk, { range: "bytes=0-1,5-6" })).status).toBe(200);
});

test("every range that is answered lies within the file", () => {
  const number = fc.option(fc.nat(3000), { nil: "" });
  fc.assert(fc.property(number, number, fc.nat(2000), (first, last, size) => {
    const range = parseRange(`bytes=${first}-${last}`, size);
    if (typeof range !== "object") return;
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThan(size);
  }));
});

test("a download is resumed only if the file is still the same", async () => {
  const etag = (await get(disk, {}, "HEAD")).headers.get("etag")!;
  expect((await get(disk, { range: "bytes=5-", "if-range": etag })).status).toBe(206);
  expect((await get(disk, { range: "bytes=5-", "if-range": `"other"` })).status).toBe(200);
  expect((await get(disk, { "if-none-match": etag })).status).toBe(304);
});

test("HEAD has the headers of GET and no body", async () => {
  const response = await get(disk, {}, "HEAD");
  expect([response.status, response.headers.get("content-length")]).toEqual([200, "1000"]);
  expect(await bytesOf(response)).toHaveLength(0);
});

test("an empty file is served", async () => {
  const response = await get("/debian-12/empty");
  expect([response.status, response.headers.get("content-length")]).toEqual([200, "0"]);
});

test("serves the index that programs read, with its type", async () => {
  const response = await get("/streams/v1/index.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  const index = await response.json() as { index: Record<string, { path: string }> };
  const products = await (await get(`/${Object.values(index.index)[0]!.path}`)).json() as { products: Record<string, { versions: Record<string, { items: Record<string, { path: string }> }> }> };
  const items = Object.values(products.products).flatMap(({ versions }) => Object.values(versions)).flatMap((version) => Object.values(version.items));
  expect(items).toHaveLength(2);
  for (const { path } of items) expect((await get(`/${path}`)).status).toBe(200);
});

test.each([
  "/../secret", "/debian-12/../../secret", "/%2e%2e/secret", "/debian-12/%2e%2e%2f%2e%2e%2fsecret", "/..%5csecret",
  "/debian-12/leak", "/debian-12/hidden/half", "/.staging/half", "/.lock", "//etc/hostname", "/%00", "/%zz", "/debian-12", "/debian-12/", "/none",
])("shows nothing at %s", async (path) => {
  expect(await statusOf(path)).toBe(404);
});

test("changes nothing: other methods are refused", async () => {
  for (const method of ["PUT", "POST", "DELETE"]) expect((await get(disk, {}, method)).status).toBe(405);
});

test("the page for people lists images, newest first, and loads nothing from elsewhere", async () => {
  const response = await get("/");
  const page = await response.text();
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page).toMatch(/2026\.1101\.2 <b>latest<\/b>.*2026\.1101\.1/s);
  expect(page).toContain(`href="${disk}"`);
  expect(page).toContain("1000 B");
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});

test("what is published while it runs is there at once", async () => {
  const inputs = await project.add({ image: "rocky-9", version: "2026.1101.1" });
  expect((await get("/rocky-9/2026.1101.1/qcow2/SHA256SUMS")).status).toBe(404);
  await provider.create(inputs);
  expect(await (await get("/rocky-9/2026.1101.1/qcow2/SHA256SUMS")).text()).toContain(`${inputs.sha256}  rocky-9-2026.1101.1.qcow2\n`);
});

async function withStack(text: string, work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-serve-"));
  try {
    await writeFile(join(dir, "Pulumi.dev.yaml"), text);
    await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function serve(cwd: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [serveProgram, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
}

async function outcome(child: ChildProcess): Promise<{ code: number; text: string }> {
  let text = "";
  child.stdout!.on("data", (data) => (text += data));
  child.stderr!.on("data", (data) => (text += data));
  const [code] = await once(child, "close");
  return { code, text };
}

test("the command finds the site, prints its address, and an interrupt ends it cleanly", { timeout: 30_000 }, async () => {
  await withStack("config:\n  imagefleet:sites:\n    laptop: { kind: local, path: site }\n    cloud: { kind: other }\n", async (dir) => {
    await mkdir(join(dir, "site"));
    const child = serve(dir);
    const end = outcome(child);
    const [line] = await once(createInterface({ input: child.stdout! }), "line");
    const url = /at (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line as string)?.[1];
    expect((await fetch(url!)).status).toBe(200);
    child.kill("SIGINT");
    expect((await end).code).toBe(0);
  });
});

test("the command says what to do when it cannot tell which site", { timeout: 30_000 }, async () => {
  await withStack("config:\n  imagefleet:sites:\n    one: { kind: local, path: a }\n    two: { kind: local, path: b }\n", async (dir) => {
    expect(await outcome(serve(dir))).toEqual({ code: 1, text: expect.stringMatching(/several: one, two.*--site <name>/s) });
    expect(await outcome(serve(dir, "--site", "three"))).toEqual({ code: 1, text: expect.stringMatching(/only one, two/) });
    expect(await outcome(serve(dir, "--stack", "none"))).toEqual({ code: 1, text: expect.stringMatching(/no such stack file/) });
    expect(await outcome(serve(dir, "--site", "one", "--port", "x"))).toEqual({ code: 1, text: expect.stringMatching(/a port is a number/) });
    expect((await outcome(serve(dir, "--help"))).code).toBe(0);
  });
});
