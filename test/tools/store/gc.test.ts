import { execa } from "execa";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeStore, release, storePassing } from "../../store/fixture.ts";
import type { Fixture } from "../../store/fixture.ts";

let fixture: Fixture;
const script = fileURLToPath(new URL("../../../tools/store.ts", import.meta.url));
const daysAgo = (days: number) => ({ finishedAt: new Date(Date.now() - days * 86_400_000).toISOString() });

beforeAll(async () => {
  fixture = await makeStore();
  for (const [serial, days] of [[1, 40], [2, 30], [3, 20], [4, 10], [5, 1]] as const) await storePassing(fixture.store, release(serial), daysAgo(days));
  await storePassing(fixture.store, release(1, "rocky-9"), daysAgo(90));
  await fixture.store.hold({ project: "shop", stack: "prod", ...release(1) });
});
afterAll(() => fixture.remove());

async function gc(...args: string[]) {
  const { dir, root, cacheDir } = fixture;
  const env = { PATH: process.env["PATH"], XDG_CACHE_HOME: cacheDir, IMAGEFLEET_STORE: root };
  const { stdout, stderr, exitCode } = await execa(process.execPath, [script, "gc", ...args], { cwd: dir, reject: false, extendEnv: false, env });
  return { stdout, stderr, exitCode };
}

test("what is asked wrongly is told, before anything is looked at", { timeout: 30_000 }, async () => {
  expect(await gc("--retain", "0")).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/--retain 0 is no number of releases from 1 to 999\n {2}what to do: /) });
  expect(await gc("--keep-for", "12h")).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/--keep-for 12h is no time of a day or more\n {2}what to do: .*14d/) });
  expect(await gc("--image", "rocky-8,debian-12")).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/there is no image rocky-8\n {2}what to do: did you mean rocky-9\?/) });
  expect((await gc("debian-12")).stderr).toContain("npm run store -- gc [--dry-run]");
});

test("--dry-run says what would go; the run says the same and does it; --json is for programs", { timeout: 60_000 }, async () => {
  const dry = await gc("--dry-run");
  expect(dry.exitCode).toBe(0);
  const lines = dry.stdout.split("\n");
  expect(lines[0]).toMatch(/^stays {2}debian-12@2026\.1101\.1, \d+.*iB: held by shop\/prod$/);
  expect(lines.filter((line) => line.startsWith("goes"))).toEqual([2, 3].map((serial) => expect.stringMatching(`^goes   debian-12@2026\\.1101\\.${serial}, .*iB: 2 newer ones that passed stay \\(--retain 1\\); built .* days ago \\(--keep-for 14d\\); nobody needs it$`)));
  expect(lines.at(-1)).toMatch(/^2 releases and 0 leftovers would go \(.*iB\), 4 stay \(.*iB\) in \//);
  expect(JSON.parse((await gc("--json", "--dry-run", "--keep-for", "25d", "--image", "debian-12")).stdout)).toMatchObject({ dryRun: true, retain: 1, keepForDays: 25, lines: Array(5).fill({ kind: "release" }) });
  const done = (await gc()).stdout.split("\n");
  expect(done.slice(0, -1)).toEqual(lines.slice(0, -1));
  expect(done.at(-1)).toMatch(/^2 releases and 0 leftovers are gone/);
  expect(await fixture.store.versions("debian-12")).toEqual([1, 4, 5].map((serial) => release(serial).version));
});

test("a document that cannot be relied on ends it with an error that names it", { timeout: 30_000 }, async () => {
  await fixture.store.addDocument("channels/stable/debian-12", { schemaVersion: 1, channel: "stable", image: "debian-12", version: release(5).version });
  await writeFile(join(fixture.root, "channels", "stable", "rocky-9.json"), "{}");
  expect(await gc("--keep-for", "1d")).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(/cannot read channels\/stable\/rocky-9: .*nothing has been removed\n {2}what to do: restore the file/) });
});
