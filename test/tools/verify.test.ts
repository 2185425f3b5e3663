import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { provider } from "#providers/local-catalog/provider";
import { publicKeyFile } from "#providers/seal/public-part";
import { publicKeys } from "#providers/seal/trusted-keys";
import { outcomeText } from "../../tools/verify/print-outcome.ts";
import { Reporter } from "../../tools/verify/reporter.ts";
import { verifyDirectory } from "../../tools/verify/verify-directory.ts";
import { verifyUrl } from "../../tools/verify/verify-url.ts";
import { serveCatalog, type CatalogServer } from "../../tools/serve/catalog-server.ts";
import { makeProject, type Project } from "../providers/local-catalog/fixture.ts";
import { makeKey } from "../providers/seal/fixture.ts";
import { storeBuilt } from "../store/sealed-release.ts";

const script = fileURLToPath(new URL("../../tools/verify.ts", import.meta.url));
const id = { image: "debian-12", version: "2026.1101.1" };
const name = "debian-12@2026.1101.1";
let project: Project;
let server: CatalogServer;
/** Public key of the project's seals. */
let key: string;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  project = await makeProject();
  for (const format of ["qcow2", "ova"]) await provider.create(await project.add(id, undefined, { format }));
  await provider.create(await project.add({ ...id, image: "rocky-9" }));
  key = join(project.dir, "public.asc");
  await copyFile(publicKeyFile(join(project.dir, "signing-key.asc")), key);
  server = await serveCatalog(project.root, "laptop", 0);
  await writeFile(join(project.dir, "Pulumi.dev.yaml"), "config:\n  imagefleet:store: releases\n  imagefleet:seal: { trust: [public.asc] }\n");
  await writeFile(join(project.dir, "Pulumi.none.yaml"), "config:\n  imagefleet:store: releases\n");
  await writeFile(join(project.dir, "Pulumi.broken.yaml"), "config:\n  imagefleet:seal: { trust: 5 }\n");
});
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
afterAll(async () => {
  await server.close();
  await project.remove();
  vi.restoreAllMocks();
});

async function verify(...args: string[]) {
  const options = { cwd: project.dir, reject: false, extendEnv: false, env: { PATH: process.env["PATH"], XDG_CACHE_HOME: join(project.dir, "cache") } } as const;
  const { stdout, stderr, exitCode } = await execa(process.execPath, [script, ...args], options);
  return { stdout, stderr, exitCode };
}

/** Changes a file until the test is over. */
async function change(path: string, to: (content: Buffer) => Buffer | string | undefined): Promise<void> {
  const before = await readFile(path);
  const content = to(before);
  await chmod(path, 0o644);
  content === undefined ? await rm(path) : await writeFile(path, content);
  undo.push(async () => {
    await rm(path, { force: true });
    await writeFile(path, before);
  });
}

function flip(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

const stored = (...names: string[]) => join(project.dir, "releases", "images", "debian-12", "2026.1101.1", ...names);
const published = (...names: string[]) => join(project.root, "debian-12", "2026.1101.1", ...names);
const qcow2 = "debian-12-2026.1101.1.qcow2";

test("a sealed release has no faults, by its name, its image's, or none at all", { timeout: 60_000 }, async () => {
  const one = await verify(name);
  expect(one).toMatchObject({ exitCode: 0, stderr: "" });
  expect(one.stdout).toMatch(/│ debian-12@2026\.1101\.1 │ formats\/qcow2 +│ [0-9A-F]{40} │ ok/);
  expect(one.stdout).toMatch(/1 release verified in .*releases: 4 groups, 0 faults$/);
  expect((await verify("debian-12", "--quick")).stdout).toContain("4 groups, 0 faults");
  expect((await verify()).stdout).toContain("2 releases verified");
  const json = JSON.parse((await verify("--json")).stdout) as { checked: object[] };
  expect(json).toMatchObject({ faults: 0, keys: [expect.stringMatching(/^[0-9A-F]{40}$/)] });
  expect(json.checked).toHaveLength(7);
});

test("a fault is named with its file and both digests, and the exit code is 1", { timeout: 60_000 }, async () => {
  await change(stored("formats", "qcow2", qcow2), flip);
  const { stdout, exitCode } = await verify(name);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^debian-12@2026\.1101\.1 formats\/qcow2\/debian-12-2026\.1101\.1\.qcow2 altered: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}\n/);
  expect(stdout).toMatch(/│ formats\/qcow2 +│ [0-9A-F]{40} │ 1 fault/);
  expect(stdout).toMatch(/1 fault\n {2}what to do: .*npm run verify -- --quarantine; npm run up$/);
});

test("a catalog, one of its formats, a copy of that, a store and a release in it are directories that it knows", { timeout: 120_000 }, async () => {
  expect(await verify(project.root)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/2 releases verified in .*site: 3 groups, 0 faults$/) });
  expect((await verify(published("qcow2"))).stdout).toContain("1 group, 0 faults");
  expect((await verify("./releases")).stdout).toContain("7 groups, 0 faults");
  expect((await verify(stored())).stdout).toContain("4 groups, 0 faults");
  expect((await verify(stored("formats", "ova"))).stdout).toContain("1 group, 0 faults");
  const copy = join(project.dir, "downloads", "image");
  await cp(published("qcow2"), copy, { recursive: true });
  await rm(join(copy, "release.json"));
  expect((await verify(copy, "--key", key)).stdout).toContain("1 group, 0 faults");
  await mkdir(join(project.dir, "empty"));
  expect(await verify("./empty")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("nothing there is sealed") });
});

test("every file of a published format counts, in the directory and over HTTP", { timeout: 120_000 }, async () => {
  const files = await readdir(published("ova"));
  expect(files.sort()).toEqual(["SHA256SUMS", "SHA256SUMS.asc", "debian-12-2026.1101.1.ova", "format.json", "provenance.intoto.json", "release.json"]);
  const trusted = await publicKeys(key, "test");
  const places = [() => verifyDirectory(project.root, trusted, new Reporter(), {}), () => verifyUrl(new URL(`${server.url}debian-12/2026.1101.1/ova`), trusted, new Reporter())];
  for (const file of files) {
    for (const to of [flip, () => undefined]) {
      await change(published("ova", file), to);
      for (const look of places) {
        const told = outcomeText(await look());
        // the marker is the catalog's own: nobody misses it
        if (file === "release.json" && to !== flip) expect(told).toMatch(/ 0 faults$/);
        else expect({ file, told }).toEqual({ file, told: expect.stringMatching(new RegExp(`^debian-12@2026\\.1101\\.1 formats/ova/${file.replaceAll(".", "\\.")} `, "m")) });
      }
      for (const step of undo.splice(0)) await step();
    }
  }
});

test("a catalog behind a URL is checked whole, and nothing is kept", { timeout: 120_000 }, async () => {
  const before = await readdir(project.dir, { recursive: true });
  expect(await verify(server.url, "--key", key)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/3 groups, 0 faults$/) });
  expect(await readdir(project.dir, { recursive: true })).toEqual(before);
  await change(published("qcow2", qcow2), (content) => content.subarray(1));
  expect(await verify(server.url)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(`${qcow2} altered`) });
});

test("an index that offers other bytes, and a format in another's place, are found", { timeout: 120_000 }, async () => {
  await change(join(project.root, "streams/v1/images.json"), (content) => content.toString().replace(/"sha256": ?"[0-9a-f]/, (text) => `${text.slice(0, -1)}${text.endsWith("0") ? "1" : "0"}`));
  expect(await verify(project.root)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("the catalog's index offers it with SHA-256") });
  for (const step of undo.splice(0)) await step();
  await rm(published("ova"), { recursive: true });
  undo.push(async () => {
    await rm(published("ova"), { recursive: true });
    await cp(stored("formats", "ova"), published("ova"), { recursive: true });
  });
  expect(await verify(project.root)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/formats\/ova\/SHA256SUMS unsealed/) });
  await cp(published("qcow2"), published("ova"), { recursive: true });
  expect(await verify(published("ova"))).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/the statement of formats\/qcow2, not of formats\/ova/) });
});

test("only the keys that are given count, else the stack's; without any it says how to give one", { timeout: 120_000 }, async () => {
  const stranger = join(project.dir, "stranger.asc");
  const other = await makeKey();
  await writeFile(stranger, other.publicKey);
  const unknown = await verify(name, "--key", stranger);
  expect(unknown).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(new RegExp(`SHA256SUMS\\.asc unknown key: it is signed by [0-9A-F]{40}; the keys that count are ${other.fingerprint}\\n {2}what to do: .*--key FILE`)) });
  expect((await verify(name, "--key", stranger, "--key", key)).exitCode).toBe(0);
  expect(await verify(name, "--stack", "none")).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/no key is known whose seals count\n {2}what to do: .*--key FILE/) });
  expect(await verify(name, "--stack", "broken")).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/Pulumi\.broken\.yaml\): .*trust/s) });
  expect(await verify(name, "--key", "missing.asc")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("missing.asc") });
});

test("what it cannot check is not the same as a fault: exit code 2", { timeout: 120_000 }, async () => {
  for (const [args, problem] of [
    [["debain-12"], /did you mean debian-12/], [["./nowhere"], /there is no such directory/], [["--deep"], /--deep/], [["a", "b"], /npm run verify/],
    [["http://127.0.0.1:1/"], /cannot verify \(http:\/\/127\.0\.0\.1:1\/\): .*ECONNREFUSED/], [[`${server.url}nothing`], /neither SHA256SUMS nor streams\/v1\/images\.json/], [["http://"], /it is no URL/],
  ] as const) {
    expect({ args, ...(await verify(...args)) }).toMatchObject({ args, exitCode: 2, stderr: expect.stringMatching(problem) });
  }
  expect(await verify("--help")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("--key FILE") });
});

test("a release that has passed no gates yet is unsealed, and is not set aside for it", { timeout: 120_000 }, async () => {
  const fresh = { image: "fresh", version: "2026.1101.1" };
  await storeBuilt(project.store, fresh, { key: "ab".repeat(32) });
  undo.push(async () => void (await project.store.remove(fresh, "the test is over")));
  expect(await verify("fresh", "--quarantine")).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/build\/release\.json unsealed: no sealed set of gates says that this build passed\n {2}what to do: npm run up/) });
  expect(await project.store.versions("fresh")).toEqual(["2026.1101.1"]);
});

test("--quarantine moves a damaged group aside, the release where its build is damaged, and nothing for an unknown key", { timeout: 120_000 }, async () => {
  const spoilt = { image: "spoilt", version: "2026.1101.1" };
  for (const format of ["qcow2", "ova"]) await project.add(spoilt, undefined, { format });
  const at = (...names: string[]) => join(project.dir, "releases", "images", "spoilt", "2026.1101.1", ...names);
  const record = await readFile(at("formats", "ova", "format.json"), "utf8");
  await chmod(at("formats", "ova", "format.json"), 0o644);
  // sound for the store, whose records are not signed by themselves
  await writeFile(at("formats", "ova", "format.json"), record.replace("2026-11-01T10", "2026-11-01T11"));
  const stranger = join(project.dir, "other.asc");
  await writeFile(stranger, (await makeKey()).publicKey);
  await verify("rocky-9", "--quarantine", "--key", stranger);
  expect(await project.store.groups({ ...id, image: "rocky-9" })).toHaveLength(3);
  expect(await verify("spoilt", "--quarantine")).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/format\.json altered: it says otherwise than the signed statement: startedAt[\s\S]*spoilt@2026\.1101\.1 \(formats\/ova\) lies in the store's quarantine/) });
  expect(await verify("spoilt")).toMatchObject({ exitCode: 0 });
  expect(await project.store.groups(spoilt)).not.toContain("formats/ova");
  await chmod(at("build", "disk.qcow2"), 0o644);
  await writeFile(at("build", "disk.qcow2"), "another disk");
  expect((await verify("spoilt", "--quarantine")).stdout).toContain("(the whole release) lies in the store's quarantine");
  expect(await project.store.tombstones("spoilt")).toMatchObject([{ quarantined: true, reason: expect.stringContaining("build/disk.qcow2 altered") }]);
});

test("a server's error is told as what it is, and credentials in the URL are not told", { timeout: 120_000 }, async () => {
  const files = new Map([["/f/SHA256SUMS", 200]]);
  const broken = createServer((request, response) => void response.writeHead(files.get(request.url!) ?? 403).end("x"));
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  const { port } = broken.address() as AddressInfo;
  try {
    const { stdout, stderr, exitCode } = await verify(`http://user:canary@127.0.0.1:${port}/f/`);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/SHA256SUMS\.asc unreadable: the server answers 403/);
    expect(stdout + stderr).not.toContain("canary");
  } finally {
    broken.closeAllConnections();
    await new Promise((resolve) => broken.close(resolve));
  }
});
