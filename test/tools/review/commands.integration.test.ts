import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../../tools/setup/repository-root.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-review-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await cp(join(repositoryRoot, "packer"), join(dir, "packer"), { recursive: true });
  await stack("dev", "2020-01-31");
});

async function stack(name: string, epoch: string, build = "allow"): Promise<void> {
  await writeFile(join(dir, `Pulumi.${name}.yaml`), `config:
  imagefleet:build: ${build}
  imagefleet:images:
    tiny: {os: tiny/tiny-x86_64, epoch: '${epoch}', rebuildAfter: 7d, sites: [desk]}   # the tiny one
  imagefleet:sites: {desk: {kind: local, path: desk}}
`);
}

async function run(command: string, ...args: string[]): Promise<[exitCode: number | undefined, text: string]> {
  const { exitCode, all } = await execa(process.execPath, [join(repositoryRoot, `tools/${command}.ts`), ...args], { cwd: dir, reject: false, all: true });
  return [exitCode, all];
}

const read = (name: string) => readFile(join(dir, name), "utf8");

test("bump: --check ends with 3 and changes nothing, as --dry-run does with 0; without them the epoch is today's, and nothing is due", async () => {
  const before = await read("Pulumi.dev.yaml");
  expect(await run("bump", "--check")).toEqual([3, expect.stringMatching(/^tiny: 2020-01-31 -> \d{4}-\d\d-\d\d \(\d+ days old; rebuildAfter 7d\)$/)]);
  expect((await run("bump", "--dry-run"))[0]).toBe(0);
  expect(await read("Pulumi.dev.yaml")).toBe(before);
  expect((await run("bump"))[0]).toBe(0);
  expect((await read("Pulumi.dev.yaml")).replace(/\d{4}-\d\d-\d\d/, "2020-01-31")).toBe(before);
  expect(await run("bump", "--check")).toEqual([0, "no image of dev is older than its rebuildAfter"]);
});

test("lock: what is locked is checked, a stack that is not is not, and other stacks stay as they were", async () => {
  await stack("team", "2026-11-01");
  await stack("prod", "2026-11-01", "never");
  expect(await run("lock", "--check")).toEqual([0, ""]);
  expect((await run("lock", "--stack", "team", "--stack", "prod"))[0]).toBe(0);
  const { stacks } = JSON.parse(await read("fleet.lock.json")) as { stacks: Record<string, Record<string, { version: string; key: string; inputs: Record<string, string> }>> };
  expect(Object.keys(stacks)).toEqual(["team"]);
  expect(stacks["team"]!["tiny"]).toMatchObject({ version: "2026.1101", key: expect.stringMatching(/^[0-9a-f]{64}$/) as string, inputs: { "script:tiny/cleanup": expect.stringMatching(/^[0-9a-f]{12}$/) as string } });
  expect(await run("lock", "--check", "--stack", "dev")).toEqual([0, ""]);
  await writeFile(join(dir, "packer/scripts/tiny/cleanup.sh"), "#!/bin/sh\n");
  await stack("team", "2026-11-02");
  expect(await run("lock", "--check")).toEqual([1, expect.stringMatching(/tiny: [0-9a-f]{12} -> [0-9a-f]{12}: epoch changed; script:tiny\/cleanup changed; source changed\n {2}what to do: npm run lock -- --stack team/)]);
  await run("lock", "--stack", "dev");
  expect((await run("lock", "--check"))[0]).toBe(1);
  await run("lock");
  expect(await run("lock", "--check")).toEqual([0, ""]);
});
