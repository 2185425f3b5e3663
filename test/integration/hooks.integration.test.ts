import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { sshd, startSshd, type SshServer } from "../servers/sshd.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Commands after a publication and a promotion: here, and on a host behind another, by real OpenSSH. Steps of one story. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };

let dir: string;
let project: Project;
let agent: { readonly socket: string; readonly pid: number };
const hosts: SshServer[] = [];
beforeAll(async () => {
  if (!existsSync(sshd)) return;
  dir = await mkdtemp(join(tmpdir(), "imagefleet-hooks-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  agent = await startAgent();
  for (const name of ["gate", "inside"]) hosts.push(await startSshd(join(dir, name), await readFile(join(dir, "user.pub"), "utf8")));
  project = await Project.create({});
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, SSH_AUTH_SOCK: agent.socket, CMDB_TOKEN: "canary-of-a-token", AWS_SECRET_ACCESS_KEY: "canary-of-a-site" });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["command"]);
  await storeRealRelease(project.store, first, ["qcow2"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([...hosts.map((host) => host.stop()), project?.remove()]);
  if (agent) process.kill(agent.pid);
  if (dir) await rm(dir, { recursive: true, force: true });
});

beforeEach(({ skip }) => skip(!existsSync(sshd), `${sshd} is not there (openssh-server)`));

/** With one key, which the hosts let in. */
async function startAgent(): Promise<{ socket: string; pid: number }> {
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(dir, "user")]);
  const socket = join(dir, "agent");
  const { stdout } = await execa("ssh-agent", ["-s", "-a", socket]);
  await execa("ssh-add", ["-q", join(dir, "user")], { env: { SSH_AUTH_SOCK: socket } });
  return { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)![1]) };
}

function fleet(hostKey?: string): Record<string, unknown> {
  const [gate, inside] = hosts.map(({ host, port, user, hostKey: own }) => ({ host, port, user, hostKey: own }));
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"] } },
    sites: { laptop: { kind: "local", path: "site" } },
    channels: { stable: { tiny: "latest" } },
    hooks: {
      told: { after: "publish", run: ["sh", "-c", `echo "$0 $CMDB_TOKEN $AWS_SECRET_ACCESS_KEY" >> ${join(dir, "told")}`, "{image}@{version}"], env: ["CMDB_TOKEN"] },
      far: { after: "promotion", channels: ["stable"], run: ["sh", "-c", `echo "$IMAGEFLEET_CHANNEL $0 $SSH_CONNECTION" >> ${join(dir, "far")}`, "{version}"], ssh: { ...inside, ...(hostKey && { hostKey }), jump: gate } },
    },
  };
}

async function lines(name: string): Promise<string[]> {
  return (await readFile(join(dir, name), "utf8").catch(() => "")).split("\n").filter(Boolean);
}

async function up(): Promise<{ exitCode: number | undefined; text: string }> {
  return project.up();
}

test("a preview runs none", async () => {
  await project.configure(fleet());
  const { exitCode, all } = await project.run("preview");
  expect(exitCode, String(all)).toBe(0);
  expect(await lines("told")).toEqual([]);
});

test("each runs once, here with nothing but what it is given, there through the gate", async () => {
  const { exitCode, text } = await up();
  expect(exitCode, text).toBe(0);
  expect(await lines("told")).toEqual(["tiny@2026.1101.1 canary-of-a-token "]);
  expect(await lines("far")).toEqual([expect.stringMatching(new RegExp(`^stable 2026\\.1101\\.1 127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${hosts[1]!.port}$`))]);
  expect((await up()).exitCode).toBe(0);
  expect([await lines("told"), await lines("far")].map(({ length }) => length)).toEqual([1, 1]);
});

test("another release runs them again; neither output nor secrets are in the state", async () => {
  await storeRealRelease(project.store, second, ["qcow2"]);
  const { exitCode, text } = await up();
  expect(exitCode, text).toBe(0);
  expect((await lines("told")).map((line) => line.split(" ")[0])).toEqual(["tiny@2026.1101.1", "tiny@2026.1101.2"]);
  expect((await lines("far")).map((line) => line.split(" ")[1])).toEqual(["2026.1101.1", "2026.1101.2"]);
  expect(await project.read("state/.pulumi/stacks/imagefleet/test.json")).not.toContain("canary");
  expect(text).not.toContain("canary");
});

test("a host with another key is not spoken to, and what failed is named", async () => {
  await writeFile(join(dir, "far"), "");
  await project.configure(fleet(hosts[0]!.hostKey));
  const { exitCode, text } = await up();
  expect(exitCode, text).not.toBe(0);
  expect(text).toContain("hook/far/stable/tiny");
  expect(await lines("far")).toEqual([]);
});
