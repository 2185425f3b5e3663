import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, readlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { provider } from "#providers/local-catalog/provider";
import { makeProject, type Project } from "./fixture.ts";

let project: Project;
beforeEach(async () => {
  project = await makeProject();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await project.remove();
});

const release = { image: "debian-12", version: "2026.1101.1" };
const childProgram = fileURLToPath(new URL("publish-child.ts", import.meta.url));

function publishElsewhere(inputs: CatalogInputs, path = process.env["PATH"]): ChildProcess {
  return spawn(process.execPath, [childProgram, JSON.stringify(inputs)], { env: { ...process.env, PATH: path }, stdio: ["ignore", "ignore", "inherit"] });
}

async function isCorrect(inputs: CatalogInputs): Promise<boolean> {
  const { props } = await provider.read("id", { ...inputs, state: "correct", claim: "" });
  return props!.state === "correct";
}

test("after a kill in the middle of a copy nothing half-made can be seen, and the next run completes it", { timeout: 30_000 }, async () => {
  const inputs = await project.add(release);
  const { path, pidFile } = await slowCopies();
  const child = publishElsewhere(inputs, path);
  const copier = await appears(pidFile);
  child.kill("SIGKILL");
  await once(child, "exit");
  process.kill(-copier, "SIGKILL");
  expect((await provider.read("id", { ...inputs, state: "correct", claim: "" })).id).toBe("");
  expect(await readdir(join(project.root, ".staging"))).toHaveLength(1);
  await provider.create(inputs);
  expect(await isCorrect(inputs)).toBe(true);
  expect(await readdir(join(project.root, ".staging"))).toEqual([]);
});

test("what a living process stages is not swept by another", { timeout: 30_000 }, async () => {
  const inputs = await project.add(release);
  const { path, pidFile } = await slowCopies();
  const child = publishElsewhere(inputs, path);
  const copier = await appears(pidFile);
  await provider.create(inputs);
  expect(await readdir(join(project.root, ".staging"))).toHaveLength(1);
  child.kill("SIGKILL");
  process.kill(-copier, "SIGKILL");
  await once(child, "exit");
});

test("processes that publish at once all succeed, and the index holds everything", { timeout: 60_000 }, async () => {
  const versions = ["2026.1101.9", "2026.1101.10", "2026.1102.1"];
  const all = await Promise.all(versions.map((version) => project.add({ image: "debian-12", version }, randomBytes(300_000))));
  const children = [...all, ...all].map((inputs) => publishElsewhere(inputs));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  expect(codes).toEqual(children.map(() => 0));
  expect(await Promise.all(all.map(isCorrect))).toEqual([true, true, true]);
  expect(await readlink(join(project.root, "debian-12/latest"))).toBe("2026.1102.1");
  expect(await readdir(join(project.root, ".staging"))).toEqual([]);
});

test("a lock that nobody has touched for a while holds up nobody", async () => {
  const inputs = await project.add(release);
  const lock = join(project.root, ".lock");
  await mkdir(lock, { recursive: true });
  const before = new Date(Date.now() - 60_000);
  await utimes(lock, before, before);
  await provider.create(inputs);
  expect(await isCorrect(inputs)).toBe(true);
});

const isRoot = process.getuid?.() === 0;
test.skipIf(!isRoot || !canMount())("a full disk is said with sizes, leaves nothing behind, and more room is all it takes (needs root to mount a small tmpfs)", async () => {
  const inputs = await project.add(release, randomBytes(3 * 2 ** 20));
  await mkdir(project.root);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", project.root]);
  try {
    await expect(provider.create(inputs)).rejects.toThrow(/no space is left on the device: it takes about 3 MiB, .* are free\n.*imagefleet:sites\.laptop\.path/s);
    expect(await readdir(project.root)).toEqual([".staging"]);
    expect(await readdir(join(project.root, ".staging"))).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=8m", project.root]);
    await provider.create(inputs);
    expect(await isCorrect(inputs)).toBe(true);
  } finally {
    execFileSync("umount", [project.root]);
  }
});

test("a copy that does not have the release's bytes is never published", async () => {
  const inputs = await project.add(release);
  const path = await fakeCopy(`for last; do :; done\nprintf garbage > "$last"`);
  vi.stubEnv("PATH", path);
  await expect(provider.create(inputs)).rejects.toThrow(/the copy of debian-12-2026\.1101\.1\.qcow2 has SHA-256 .* \(7 bytes\), the release has/);
  vi.unstubAllEnvs();
  expect(await readdir(join(project.root, ".staging"))).toEqual([]);
  await provider.create(inputs);
  expect(await isCorrect(inputs)).toBe(true);
});

/** A `cp` that writes a little, says its process number, and then takes for ever. */
async function slowCopies(): Promise<{ path: string; pidFile: string }> {
  const pidFile = join(project.dir, "copier.pid");
  return { path: await fakeCopy(`for last; do :; done\nprintf half > "$last"\necho $$ > "${pidFile}"\nsleep 60`), pidFile };
}

async function fakeCopy(script: string): Promise<string> {
  const dir = join(project.dir, "bin");
  await mkdir(dir);
  await writeFile(join(dir, "cp"), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, "cp"), 0o755);
  return `${dir}:${process.env["PATH"]}`;
}

async function appears(file: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await sleep(100);
  }
  throw new Error(`${file} never appeared`);
}

function canMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
