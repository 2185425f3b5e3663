import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { ensureToolchain } from "../../../tools/setup/ensure-toolchain.ts";
import { findCommand } from "../../../tools/setup/find-command.ts";
import { pinnedVersion, packerTool, qemuPluginTool } from "../../../tools/setup/go-tools.ts";
import { repositoryRoot } from "../../../tools/setup/repository-root.ts";
import { untilSaid } from "../until-said.ts";

/** Everything of the system but Go, Pulumi and Packer, so that a test decides what is on PATH. */
function barePath(dir: string): string {
  const bin = join(dir, "bin");
  mkdirSync(bin);
  for (const from of ["/usr/sbin", "/usr/bin", "/bin"]) {
    for (const name of readdirSync(from)) {
      if (["go", "pulumi", "packer"].includes(name) || existsSync(join(bin, name))) continue;
      try {
        symlinkSync(join(from, name), join(bin, name));
      } catch {
        // a broken link with that name is there already
      }
    }
  }
  return bin;
}

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-tools-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function setup(env: Record<string, string>) {
  const { PATH = "", HOME = "" } = process.env;
  const goCaches = { GOCACHE: process.env["GOCACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(HOME, ".cache"), "go-build") };
  return execa(process.execPath, [join(repositoryRoot, "tools", "setup.ts")], { env: { PATH, HOME, ...goCaches, ...env }, extendEnv: false, reject: false, all: true });
}

function program(dir: string, name: string, text: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), `#!/bin/sh\necho ${text}\n`);
  chmodSync(join(dir, name), 0o755);
  return join(dir, name);
}

/** A PATH with a fitting Pulumi (a stand-in that states its version) and the real Packer, so that only the plugin is built. */
async function pathWithEngine(dir: string): Promise<string> {
  const { tools } = await ensureToolchain({ log: () => undefined });
  const own = join(dir, "own");
  for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) program(own, name, "v3.300.1");
  symlinkSync(tools.find(({ name }) => name === "packer")?.path ?? "", join(own, "packer"));
  const go = dirname(findCommand("go") ?? "");
  return [own, barePath(dir), go].join(delimiter);
}

test("without Go and without the tools, set-up says what to do and leaves nothing", async () => {
  const dir = temporary();
  const cache = join(dir, "cache");
  const { exitCode, all } = await setup({ PATH: barePath(dir), XDG_CACHE_HOME: cache });
  expect(exitCode).toBe(1);
  expect(all).toContain("Go is not on PATH");
  expect(all).toContain("what to do: install Go");
  expect(existsSync(join(cache, "imagefleet", "tools"))).toBe(false);
});

test("an engine and a Packer on PATH are used as they are, and a Pulumi out of range is not", async () => {
  const dir = temporary();
  const cache = join(dir, "cache");
  const PATH = await pathWithEngine(dir);
  const first = await setup({ PATH, XDG_CACHE_HOME: cache });
  expect(first.all).toContain(`pulumi 3.300.1 (PATH: ${join(dir, "own", "pulumi")})`);
  expect(first.all).toContain(`packer ${pinnedVersion(packerTool)} (PATH: `);
  expect(first.all).not.toContain("pulumi-language-nodejs");
  expect(first.exitCode).toBe(0);

  rmSync(join(cache, "imagefleet", "tools"), { recursive: true });
  program(join(dir, "own"), "pulumi", "v3.100.0");
  const withoutGo = PATH.split(delimiter).slice(0, 2).join(delimiter);
  const second = await setup({ PATH: withoutGo, XDG_CACHE_HOME: cache });
  expect(second.all).toContain("pulumi, pulumi-language-nodejs, packer-plugin-qemu must be built");
});

test("two set-ups at once build once, and both end well", async () => {
  const dir = temporary();
  const cache = join(dir, "cache");
  const env = { PATH: await pathWithEngine(dir), XDG_CACHE_HOME: cache };
  const runs = await Promise.all([setup(env), setup(env)]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(runs.flatMap(({ all }) => all.split("\n")).filter((line) => line.includes("building 1"))).toHaveLength(1);
  expect(builds(cache)).toHaveLength(1);
});

test("a set-up that is killed in mid-build leaves nothing that counts, and the next one converges", async () => {
  const dir = temporary();
  const cache = join(dir, "cache");
  const env = { PATH: await pathWithEngine(dir), XDG_CACHE_HOME: cache };
  const killed = setup(env);
  await untilSaid(killed, "building");
  killed.kill("SIGKILL");
  expect((await killed).signal).toBe("SIGKILL");
  expect(builds(cache)).toEqual([]);
  const next = await setup(env);
  expect(next.exitCode).toBe(0);
  const entries = readdirSync(join(cache, "imagefleet", "tools"));
  expect(entries.filter((name) => name.includes("unfinished"))).toEqual([]);
  const [made = ""] = builds(cache);
  const plugins = readdirSync(join(cache, "imagefleet", "tools", made, "plugins", "github.com", "hashicorp", "qemu"));
  expect(plugins.map((name) => name.replace(/_x5.*amd64/, ""))).toEqual([`packer-plugin-qemu_v${pinnedVersion(qemuPluginTool)}`, `packer-plugin-qemu_v${pinnedVersion(qemuPluginTool)}_SHA256SUM`]);
});

test("a warm set-up adds less than a second", async () => {
  await setup({});
  const { all } = await setup({});
  expect(Number(/ready in ([\d.]+) s/.exec(all)?.[1])).toBeLessThan(1);
});

test("the pins of the templates and of the modules are the same", () => {
  const pins = readFileSync(join(repositoryRoot, "packer", "plugins.pkr.hcl"), "utf8");
  expect(pins).toContain(`"= ${pinnedVersion(qemuPluginTool)}"`);
  const wanted = /required_version = "~> (\d+\.\d+)/.exec(pins)?.[1];
  expect(pinnedVersion(packerTool).startsWith(`${wanted}.`)).toBe(true);
});

function builds(cache: string): string[] {
  const dir = join(cache, "imagefleet", "tools");
  return existsSync(dir) ? readdirSync(dir).filter((name) => !name.startsWith(".")) : [];
}
