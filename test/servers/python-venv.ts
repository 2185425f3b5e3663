import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { cacheDir } from "#providers/shared/project";
import { findCommand } from "../../tools/setup/find-command.ts";
import { withLock } from "../../tools/setup/lock.ts";

const progressMs = 5000;

/**
 * A Python environment with pinned packages, made once in the user's cache and shared by all tests: a venv cannot be
 * renamed, so the file `complete` says that it is whole, and what a killed run left is made again.
 * @param requirements file in pip's format, every package pinned with its hashes.
 * @returns its directory; programs are in `bin`.
 */
export async function pythonVenv(name: string, requirements: string, log: (line: string) => void = console.log): Promise<string> {
  const python = await newPython();
  const digest = createHash("sha256").update(`${python.version}\n`).update(await readFile(requirements)).digest("hex").slice(0, 12);
  const dir = join(cacheDir(), "test-servers", `${name}-${digest}`);
  const complete = join(dir, "complete");
  if (existsSync(complete)) return dir;
  const say = (text: string) => log(`[${name}/python] ${text}`);
  return withLock(`${dir}.lock`, () => say("another run is installing it; waiting"), async () => {
    if (existsSync(complete)) return dir;
    const started = performance.now();
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    await run(python.path, ["-m", "venv", dir], say);
    await run(join(dir, "bin/pip"), ["install", "--disable-pip-version-check", "--no-input", "--require-hashes", "--requirement", requirements], say);
    await writeFile(complete, "");
    say(`installed in ${seconds(started)} s`);
    return dir;
  });
}

async function newPython(): Promise<{ path: string; version: string }> {
  const path = findCommand("python3");
  const version = path && (await execa(path, ["-c", "import platform; print(platform.python_version())"])).stdout;
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (path && version && (major > 3 || minor >= 11)) return { path, version };
  throw new FleetError({ action: "make a Python environment", cause: version ? `python3 is ${version}` : "there is no python3", hint: "put Python 3.11 or newer on PATH" });
}

/** Shows how far it is every few seconds, and its last lines when it fails. */
async function run(program: string, args: readonly string[], say: (text: string) => void): Promise<void> {
  const started = performance.now();
  const child = execa("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], { stdin: "ignore", reject: false, all: true, buffer: false });
  const tail: string[] = [];
  const timer = setInterval(() => say(`${seconds(started)} s, ${(tail.at(-1) ?? "").trim().slice(0, 100)}`), progressMs);
  for await (const line of child.iterable({ from: "all" })) {
    tail.push(line);
    if (tail.length > 20) tail.shift();
  }
  clearInterval(timer);
  const { exitCode } = await child;
  if (exitCode === 0) return;
  throw new FleetError({ action: `run ${program}`, cause: `it ended with ${exitCode}:\n    ${tail.join("\n    ")}`, hint: "python3 -m venv needs the package python3-venv; pip needs a package index (`pip config list`)" });
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
