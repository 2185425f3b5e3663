import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";
import { untilSaid } from "./until-said.ts";

/** A clone with the starter, one package that is small, a stand-in for the Node 24 package, and one command. */
function clone(): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-run-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "tools"));
  cpSync(join(repositoryRoot, "tools", "run.mjs"), join(dir, "tools", "run.mjs"));
  const vendored = join(dir, "vendor-node");
  mkdirSync(join(vendored, "bin"), { recursive: true });
  writeFileSync(join(vendored, "package.json"), JSON.stringify({ name: "node", version: "24.0.0", files: ["bin"] }));
  writeFileSync(join(vendored, "bin", "node"), `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
  const root = { name: "clone", version: "1.0.0", type: "module", dependencies: { node: "file:vendor-node" } };
  writeFileSync(join(dir, "package.json"), JSON.stringify(root));
  const packages = { "": { ...root }, "node_modules/node": { resolved: "vendor-node", link: true }, "vendor-node": { name: "node", version: "24.0.0" } };
  writeFileSync(join(dir, "package-lock.json"), JSON.stringify({ name: "clone", version: "1.0.0", lockfileVersion: 3, requires: true, packages }));
  writeFileSync(join(dir, "tools", "doctor.ts"), "const args: string[] = process.argv.slice(2);\nconsole.log('ran', args.join('+'));\nprocess.exitCode = 7;\n");
  return dir;
}

function run(dir: string, ...args: string[]) {
  return execa("node", [join(dir, "tools", "run.mjs"), ...args], { cwd: dir, reject: false, all: true });
}

test("it installs the packages once, passes arguments on, and ends with the command's exit code", async () => {
  const dir = clone();
  const first = await run(dir, "doctor", "--json", "x");
  expect(first.all).toContain("[setup/npm] installing");
  expect(first.all).toContain("ran --json+x");
  expect(first.exitCode).toBe(7);
  const digest = createHash("sha256").update(readFileSync(join(dir, "package-lock.json"))).digest("hex");
  expect(readFileSync(join(dir, "node_modules", ".imagefleet-lock-digest"), "utf8")).toBe(digest);
  const second = await run(dir, "doctor");
  expect(second.all).toBe("ran ");
});

test("two at once do not collide", async () => {
  const dir = clone();
  const runs = await Promise.all([run(dir, "doctor"), run(dir, "doctor"), run(dir, "doctor")]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([7, 7, 7]);
});

test("an install that is killed is done again", async () => {
  const dir = clone();
  const killed = run(dir, "doctor");
  await untilSaid(killed, "installing");
  killed.kill("SIGKILL");
  await killed;
  expect((await run(dir, "doctor")).exitCode).toBe(7);
});

test("a failed install is said, and nothing of it is used", async () => {
  const dir = clone();
  writeFileSync(join(dir, "package-lock.json"), "{}");
  const { exitCode, all } = await run(dir, "doctor");
  expect(exitCode).toBe(1);
  expect(all).toContain("cannot install the npm packages");
  expect(all).not.toContain("ran");
  expect(existsSync(join(dir, "node_modules", ".imagefleet-lock-digest"))).toBe(false);
});

test("a signal reaches the command", async () => {
  const dir = clone();
  await run(dir, "doctor");
  writeFileSync(join(dir, "tools", "doctor.ts"), "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up');");
  const child = run(dir, "doctor");
  await untilSaid(child, "up");
  child.kill("SIGTERM");
  expect((await child).exitCode).toBe(9);
});

test("an unknown command is refused, and --help lists those that exist", async () => {
  const dir = clone();
  expect((await run(dir, "dcotor")).all).toContain("there is no command");
  const help = await run(dir, "--help");
  expect(help.all).toContain("doctor");
  expect(help.all).not.toContain("publish");
  expect(help.exitCode).toBe(0);
});
