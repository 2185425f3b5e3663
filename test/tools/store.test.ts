import { execa } from "execa";
import { chmod, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeStore, release, storeBuild, storeGroup } from "../store/fixture.ts";
import type { Fixture } from "../store/fixture.ts";

let fixture: Fixture;
const script = fileURLToPath(new URL("../../tools/store.ts", import.meta.url));

beforeAll(async () => {
  fixture = await makeStore();
  const { store, dir } = fixture;
  for (const id of [release(1), release(2), release(1, "rocky-9")]) await storeBuild(store, id);
  await storeGroup(store, release(2), "gates/0123");
  await storeGroup(store, release(2), "formats/ova");
  await storeGroup(store, release(1), "failures/0123-1");
  await store.hold({ project: "imagefleet", stack: "dev", ...release(2) });
  await writeFile(join(dir, "Pulumi.dev.yaml"), "config:\n  imagefleet:store: store\n");
  await writeFile(join(dir, "Pulumi.empty.yaml"), "config: {}\n");
  await writeFile(join(dir, "Pulumi.broken.yaml"), "config: [\n");
});
afterAll(() => fixture.remove());

async function run(args: string[], env: Record<string, string> = {}) {
  const { dir, cacheDir } = fixture;
  const options = { cwd: dir, reject: false, extendEnv: false, env: { PATH: process.env["PATH"], XDG_CACHE_HOME: cacheDir, ...env } } as const;
  const { stdout, stderr, exitCode } = await execa(process.execPath, [script, ...args], options);
  return { stdout, stderr, exitCode };
}

test("ls shows a line for each release, with why it stays", { timeout: 20_000 }, async () => {
  const { stdout, exitCode } = await run(["ls"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/│ image +│ version +│ key +│ size +│ built +│ by +│ gates +│ formats +│ stays/);
  expect(stdout).toMatch(/debian-12 │ 2026.1101.2 │ abababababab │ 6 B +│ 2026-11-02 10:06 │ kvm │ passed │ ova +│ held by imagefleet\/dev \(\+\d\)/);
  expect((await run(["ls", "rocky-9"])).stdout).not.toContain("debian-12");
});

test("--json is for programs", { timeout: 20_000 }, async () => {
  const [first] = JSON.parse((await run(["ls", "--json", "debian-12"])).stdout) as object[];
  expect(first).toMatchObject({ ...release(1), key: "ab".repeat(32), bytes: 6, accelerator: "kvm", gates: "failed", formats: [], holds: [] });
  const shown: unknown = JSON.parse((await run(["show", "debian-12", "--json"])).stdout);
  expect(shown).toMatchObject({ ...release(2), steps: [{ name: "boot", seconds: 12.5 }], holds: [{ stack: "dev" }] });
  expect(JSON.parse((await run(["verify", "--json"])).stdout)).toMatchObject({ faults: [], releases: 3 });
});

test("show tells everything of the newest release, or of the one named", { timeout: 20_000 }, async () => {
  const { stdout } = await run(["show", "debian-12"]);
  expect(stdout).toMatch(/^debian-12@2026.1101.2\n/);
  for (const line of [/boot +12\.5 s/, /packer +1\.12\.0/, /script:web-server +c{64}/, /held by +imagefleet\/dev/, /stays +held by imagefleet\/dev; /, /disk\.qcow2 +[0-9a-f]{64} {2}6 B/]) expect(stdout).toMatch(line);
  expect((await run(["show", "debian-12@2026.1101.1"])).stdout).toMatch(/held by +nobody/);
});

test("a wrong name is answered with the nearest right one", { timeout: 20_000 }, async () => {
  const wrong = await run(["show", "debain-12"]);
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/there is no image debain-12\n {2}what to do: did you mean debian-12\?/) });
  expect((await run(["show", "debian-12@2026.1101.9"])).stderr).toContain("the store has debian-12@2026.1101.1, debian-12@2026.1101.2");
  expect((await run(["list"])).stderr).toContain("the verbs are ls, show, verify, rm, gc");
  expect((await run(["ls", "--deep"])).stderr).toContain("--deep");
  expect((await run(["rm", "debian-12"])).stderr).toContain("a release is named <image>@<version>");
  expect((await run(["show"])).stderr).toContain("npm run store -- show <image>[@<version>]");
});

test("every verb explains itself", { timeout: 20_000 }, async () => {
  for (const verb of [[], ["ls"], ["show"], ["verify"], ["rm"], ["gc"]]) {
    const { stdout, exitCode } = await run([...verb, "--help"]);
    expect({ verb, exitCode }).toEqual({ verb, exitCode: 0 });
    expect(stdout).toMatch(new RegExp(`npm run store -- ${verb[0] ?? "<verb>"}[\\s\\S]*--store DIR[\\s\\S]*--json`));
  }
});

test("the store is the option's, else the environment's, else the stack's", { timeout: 20_000 }, async () => {
  await mkdir(join(fixture.dir, "other"));
  expect((await run(["ls", "--store", "other"])).stdout).toContain(`no releases in ${join(fixture.dir, "other")}`);
  expect((await run(["ls"], { IMAGEFLEET_STORE: "other" })).stdout).toContain("no releases in");
  expect((await run(["ls", "--stack", "empty"])).stdout).toContain(`no releases in ${join(fixture.dir, ".imagefleet/store")}`);
  expect((await run(["ls", "--stack", "prod"])).stderr).toMatch(/Pulumi\.prod\.yaml.*there is no such stack file\n {2}what to do: .*--stack/);
  expect((await run(["ls", "--stack", "broken"])).stderr).toMatch(/cannot find the store .*Pulumi\.broken\.yaml/);
  expect((await run(["ls", "--store", "s3://bucket"])).stderr).toContain("only directories are supported so far");
});

test("rm removes what nobody holds, and says who does", { timeout: 20_000 }, async () => {
  const held = await run(["rm", "debian-12@2026.1101.2"]);
  expect(held).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/held by the stack imagefleet\/dev\n {2}what to do/) });
  await storeBuild(fixture.store, release(3));
  expect((await run(["rm", "debian-12@2026.1101.3", "--reason", "a trial"])).stdout).toContain("removed debian-12@2026.1101.3");
  expect((await run(["show", "debian-12@2026.1101.3"])).stderr).toMatch(/was removed on .*: a trial/);
});

test("verify names each fault and what to do, and sets aside on demand", { timeout: 20_000 }, async () => {
  const { store, root } = fixture;
  for (const image of ["cut", "lost"]) await storeBuild(store, release(1, image));
  const file = (image: string, name: string) => join(root, "images", image, "2026.1101.1", "build", name);
  await chmod(file("cut", "disk.qcow2"), 0o644);
  await truncate(file("cut", "disk.qcow2"), 2);
  await rm(file("lost", "release.json"));
  const found = await run(["verify"]);
  expect(found.exitCode).toBe(1);
  expect(found.stdout).toMatch(/cut@2026.1101.1 build\/disk.qcow2 is truncated: expected 6 bytes, found 2 bytes\n {2}what to do: .*verify --quarantine cut@2026.1101.1; npm run up/);
  expect(found.stdout).toMatch(/lost@2026.1101.1 build\/release.json is missing\n/);
  expect(found.stdout).toMatch(/: 2 faults$/);
  expect((await run(["ls"])).stdout).toMatch(/lost +│ 2026.1101.1 │ its record is missing: npm run store -- verify lost@2026.1101.1/);
  expect((await run(["verify", "--quarantine"])).exitCode).toBe(1);
  expect(await run(["verify", "--deep"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/: 0 faults$/) });
});
