import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listChildren, survivors } from "#providers/shared/child-registry";
import { processIdentity } from "#store/process-identity";
import { Project, tinyFleet } from "./project.ts";
import { waitFor } from "./wait-for.ts";

/** What goes wrong in mid-build, and how the next `up` converges. Steps of one story: they run in this order. */
let project: Project;

const image = (more: Record<string, unknown> = {}) => ({ os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 }, ...more });

async function script(name: string, body: string): Promise<void> {
  await writeFile(project.path(`packer/scripts/${name}.sh`), `#!/bin/sh\nset -eu\n${body}\n`);
}

const workDir = () => project.path(".imagefleet");
const staging = () => readdir(project.path(".imagefleet/store/staging")).catch(() => []);

/** Waits until Packer's guest runs a script that says so in Packer's log. */
async function guestBusy(): Promise<void> {
  await waitFor(async () => {
    for (const name of await staging()) {
      const log = await readFile(project.path(".imagefleet/store/staging", name, "files/packer.log"), "utf8").catch(() => "");
      if (log.includes("guest is busy")) return true;
    }
    return undefined;
  }, 90_000);
}

async function guestProcesses(): Promise<number[]> {
  return (await Promise.all((await listChildren(workDir())).map(survivors))).flat();
}

beforeAll(async () => {
  project = await Project.create(tinyFleet());
  await script("busy", "echo guest is busy; sleep 300");
  await script("fail", "echo about to fail; echo because of this >&2; exit 7");
});
afterAll(() => project.remove());

describe("a build that goes wrong", () => {
  test("a provisioner that fails names image, step, cause, last lines, logs and what to do; other images converge, nothing is deleted", async () => {
    await project.configure(tinyFleet({ images: { good: image(), bad: image({ scripts: ["fail"] }) } }));
    const up = await project.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain('cannot build bad@2026.1101.1 (step "script fail"): a provisioner failed');
    expect(up.text).toContain("because of this");
    expect(up.text).toContain("what to do: mend the script");
    expect(up.text).toMatch(/good\s+│ 2026\.1101\.1 │ built in .*│ published/);
    expect(up.text).toContain("failed: bad@2026.1101.1; what does not depend on it has converged, and nothing was deleted");
    expect(up.text).not.toContain("unhandled exception");
    expect(up.text).not.toContain("failWithResources");
    const [, logs] = /logs: (\S+)/.exec(up.text)!;
    expect(await readFile(`${logs}/packer.log`, "utf8")).toContain("about to fail");
    expect(await staging()).toEqual([]);
  });

  test("one interrupt stops the guest, removes what is half-made, keeps the state whole, and ends with an error", async () => {
    await project.configure(tinyFleet({ images: { good: image(), busy: image({ scripts: ["busy"] }) } }));
    const up = project.run("up", [], { detached: true });
    await guestBusy();
    const guest = await guestProcesses();
    expect(guest.length).toBeGreaterThan(1);
    const since = Date.now();
    up.kill("SIGINT");
    const result = await up;
    expect(Date.now() - since).toBeLessThan(30_000);
    expect(result.exitCode).not.toBe(0);
    expect(String(result.all)).toContain("cannot build busy@2026.1101.1");
    expect(guest.filter((pid) => processIdentity(pid))).toEqual([]);
    expect(await staging()).toEqual([]);
    expect(await listChildren(workDir())).toEqual([]);
  });

  test("after SIGKILL of everything but the guest, the next up stops the guest, unlocks the stack, and converges", async () => {
    const up = project.run("up", [], { detached: true });
    await guestBusy();
    const guest = await guestProcesses();
    await killRun(up.pid!);
    await up;
    expect(guest.some((pid) => processIdentity(pid))).toBe(true);
    expect(await staging()).toHaveLength(1);

    await project.configure(tinyFleet({ images: { good: image() } }));
    const next = await project.up();
    expect(next.text).toMatch(/\[clean-up\] build busy@2026\.1101\.1: stopped \d+ process/);
    expect(next.text).toContain("[clean-up] unlocked the stack test");
    expect(next.exitCode, next.text).toBe(0);
    expect(guest.filter((pid) => processIdentity(pid))).toEqual([]);
    expect(await staging()).toEqual([]);
    const quiet = await project.up();
    expect(quiet.text).not.toContain("[clean-up]");
    expect(quiet.text).not.toContain("pending");
  });

  test("a guest that never lets Packer in ends by itself, with the console's last lines", async () => {
    const facts = await project.read("packer/os/tiny/tiny-x86_64.pkrvars.hcl");
    await writeFile(project.path("packer/os/tiny/mute-x86_64.pkrvars.hcl"), facts.replace(/ssh_username\s*=\s*"root"/, 'ssh_username = "stranger"'));
    await project.configure(tinyFleet({ images: { mute: image({ os: "tiny/mute-x86_64", resources: { cpus: 1, timeout: 0.1 } }) } }));
    const up = await project.up("--only", "mute");
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/cannot build mute@2026\.1101\.1 .*never let Packer log in/s);
    expect(up.text).toContain("last lines of the guest's console");
    expect(await staging()).toEqual([]);
  });

  test("--debug keeps a guest that failed, says how to reach it, and `down --guests` stops it", async () => {
    await project.configure(tinyFleet({ images: { bad: image({ scripts: ["fail"] }) } }));
    const up = await project.up("--only", "bad", "--debug", "bad");
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("[bad/console] ");
    const [, port, key] = /the guest is kept: ssh -p (\d+) -i (\S+)/.exec(up.text)!;
    const login = await execa("ssh", ["-p", port!, "-i", key!, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "root@127.0.0.1", "echo inside"], { reject: false, stdin: "ignore", timeout: 60_000 });
    expect(login.stdout).toBe("inside");
    expect(String((await project.run("down", ["--guests"])).all)).toContain("stopped 1 process");
    expect(await listChildren(workDir())).toEqual([]);
  });

  test("a site that cannot be reached is left out and named; the others converge, nothing is deleted, the exit is not 0", async () => {
    await writeFile(project.path("file"), "");
    const sites = { laptop: { kind: "local", path: "site" }, far: { kind: "local", path: "file/below" } };
    await project.configure(tinyFleet({ images: { good: image({ sites: ["laptop", "far"] }) }, sites }));
    const up = await project.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("unreachable, left out of this run: far (");
    expect(up.text).toMatch(/good\s+│ .*│ unreachable/);
    expect(up.text).toMatch(/good\s+│ .*│ (published|unchanged)\s+│/);
    await stat(project.path("site/good"));
    const without = await project.up("--except", "far");
    expect(without.exitCode, without.text).toBe(0);
    expect(without.text).not.toContain("unreachable");
  });

  test("a declared secret that is not in the environment is named before anything is built", async () => {
    await project.configure(tinyFleet({ images: { secret: image({ secrets: ["IMAGEFLEET_TEST_SECRET"] }) } }));
    const up = await project.up("--only", "secret");
    expect(up.text).toContain("the environment lacks the secret IMAGEFLEET_TEST_SECRET");
    expect(up.exitCode).not.toBe(0);
  });
});

describe("bad input", () => {
  test("every fault of the configuration is said at once, with its path and the nearest name, by our wrapper and by the engine", async () => {
    await project.configure(tinyFleet({ images: { tiny: image({ sites: ["labtop"], epoch: "2026-13-01", script: ["x"] }) }, buidl: "allow" }));
    for (const { text, exitCode } of [await project.up(), await project.pulumi("preview")]) {
      expect(exitCode).not.toBe(0);
      for (const part of ["imagefleet:images.tiny.sites[0]", "did you mean laptop?", "imagefleet:images.tiny.epoch", "imagefleet:images.tiny.script", "did you mean scripts?", "imagefleet:buidl", "did you mean build?"]) expect(text).toContain(part);
      expect(text).not.toMatch(/at .*\.ts:\d+/);
    }
  });

  test("templates that Packer refuses are reported together, before anything is built", async () => {
    await project.configure(tinyFleet({ images: { a: image(), b: image({ scripts: ["busy"] }) } }));
    await writeFile(project.path("packer/broken.pkr.hcl"), "locals {\n  oops = var.no_such_variable\n}\n");
    const preview = await project.pulumi("preview");
    expect(preview.exitCode).not.toBe(0);
    expect(preview.text).toContain("imagefleet:images.a");
    expect(preview.text).toContain("imagefleet:images.b");
    expect(preview.text).toContain("no_such_variable");
  });

  test("an unknown image in --only gets the nearest name", async () => {
    const up = await project.up("--only", "tinny");
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/cannot choose tinny/);
  });
});

/** SIGKILL to the wrapper, the engine, its language host and the providers; Packer and the guest live in other sessions. */
async function killRun(pid: number): Promise<void> {
  const pids = [pid];
  for (let index = 0; index < pids.length; index++) pids.push(...(await childrenOf(pids[index]!)));
  const [child] = await listChildren(workDir());
  for (const victim of pids.filter((one) => one !== child?.child.pid)) {
    const guests = await guestProcesses();
    if (!guests.includes(victim)) process.kill(victim, "SIGKILL");
  }
  await stat(workDir());
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")));
  return lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
}
