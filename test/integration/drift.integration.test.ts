import { createHash } from "node:crypto";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Two directories that serve an image, the real engine: steps of one story, in this order. */
const id = { image: "tiny", version: "2026.1101.1" };
const file = "site/tiny/2026.1101.1/raw/tiny-2026.1101.1.raw";

let dir: string;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-drift-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  project = await Project.create(fleet());
  project.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key;
  await storeRealRelease(project.store, id, ["qcow2", "raw"]);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
  await rm(dir, { recursive: true, force: true });
});


function fleet(desk = "desk"): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop", "desk"] } },
    sites: { laptop: { kind: "local", path: "site", formats: ["qcow2", "raw"] }, desk: { kind: "local", path: desk } },
  };
}

async function digestOfState(): Promise<string> {
  return createHash("sha256").update(await project.read("state/.pulumi/stacks/imagefleet/test.json")).digest("hex");
}

async function drift(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; text: string }> {
  const { exitCode, stdout, all } = await project.run("drift", args);
  return { exitCode, stdout: String(stdout), text: String(all) };
}

test("nothing has drifted after an up: 0", async () => {
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(0);
  expect(text).toMatch(/tiny +│ 2026\.1101\.1 +│ correct +│ correct +│ correct/);
  expect(text).toContain("no drift: 5 resources are as they should be");
});

test("a damaged file is incorrect, a removed one missing, each on its site: 3; the state stays as it was", async () => {
  const before = await digestOfState();
  await truncate(project.path(file), 1000);
  await rm(project.path("desk/tiny"), { recursive: true });
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/tiny +│ 2026\.1101\.1 +│ 1 missing +│ 1 incorrect +│ correct/);
  expect(text).toContain("laptop/tiny@2026.1101.1/raw: incorrect: tiny-2026.1101.1.raw truncated");
  expect(text).toContain("desk/tiny@2026.1101.1/qcow2: missing");
  expect(await digestOfState()).toBe(before);
});

test("--json has standard output for itself; --only looks at nothing else", async () => {
  const { exitCode, stdout } = await drift("--json", "--only", "laptop");
  expect(exitCode).toBe(3);
  const { findings, complete } = JSON.parse(stdout) as { findings: { name: string; state: string }[]; complete: boolean };
  expect(complete).toBe(true);
  expect(findings.map(({ name, state }) => [name, state])).toEqual([["hold/tiny@2026.1101.1", "correct"], ["laptop/tiny@2026.1101.1/qcow2", "correct"], ["laptop/tiny@2026.1101.1/raw", "incorrect"], ["publication/tiny@2026.1101.1", "correct"]]);
});

test("up repairs it, whatever was seen in between", async () => {
  expect((await project.up()).exitCode).toBe(0);
  expect((await drift()).exitCode).toBe(0);
});

test("--repair converges what has drifted, nothing else, and looks once more: 0; --markdown has standard output for itself", async () => {
  await project.configure({ ...fleet(), images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"] } } }); // not to be converged: only drift is
  await truncate(project.path(file), 1000);
  const { exitCode, stdout, text } = await drift("--repair", "--markdown");
  expect(exitCode, text).toBe(0);
  expect(stdout).toMatch(/^### Drift of `test`: none\n/);
  expect(stdout).toContain("- `laptop/tiny@2026.1101.1/raw`");
  expect(stdout).toContain("| `tiny 2026.1101.1` | correct | correct | correct |");
  expect(text).toContain("[drift] repairing");
  await project.configure(fleet());
  expect((await drift()).exitCode).toBe(0);
});

test("a site that cannot be looked at is named; the others are looked at: 1", async () => {
  await writeFile(project.path("file"), "");
  await project.configure(fleet("file/below"));
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(1);
  expect(text).toMatch(/unreachable, not looked at: desk \(/);
  expect(text).toMatch(/tiny +│ 2026\.1101\.1 +│ unreachable +│ correct +│ correct/);
});

test("down leaves in the state what such a site has, and removes the rest: 1", async () => {
  const { exitCode, all } = await project.run("down");
  expect(exitCode, String(all)).toBe(1);
  expect(all).toContain("unreachable, left out of this run: desk (");
  const state = await project.read("state/.pulumi/stacks/imagefleet/test.json");
  expect(state).toContain("::desk/tiny@2026.1101.1/qcow2");
  expect(state).not.toContain("::laptop/");
  await project.configure(fleet());
});

test("a stack that was never made is no stack without drift, and is not made", async () => {
  expect((await project.pulumi("stack", "rm", "--force", "--yes", "--preserve-config")).exitCode).toBe(0);
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(1);
  expect(text).toContain("no stack named 'test' found");
  expect(text).not.toContain("as they should be");
  await expect(project.read("state/.pulumi/stacks/imagefleet/test.json")).rejects.toThrow("ENOENT");
});
