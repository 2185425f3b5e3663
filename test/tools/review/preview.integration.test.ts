import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../../plugins/install.ts";
import { installPlugins, ensureTestPlugins } from "../../../tools/setup/test-plugins.ts";
import type { Review } from "../../../tools/review/review.ts";
import { Project } from "../../integration/project.ts";
import { storeRealRelease } from "../../store/real-release.ts";

let project: Project;

/** Sites of our own and of clouds, for which there are no credentials at all. */
function fleet(images: Record<string, unknown>): Record<string, unknown> {
  return {
    build: "never", images,
    sites: {
      laptop: { kind: "local", path: "laptop", formats: ["qcow2"] },
      desk: { kind: "local", path: "desk", formats: ["qcow2", "raw"] },
      north: { kind: "openstack", cloud: "factory", region: "RegionOne", visibility: "public", publicApproval: "CHG-1" },
      cloud: { kind: "aws", region: "eu-central-1", copyTo: ["eu-west-1"], deprecateAfter: 90 },
    },
  };
}

const image = { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop", "desk"] };
const everywhere = { ...image, sites: ["laptop", "desk", "north", "cloud"] };

beforeAll(async () => {
  project = await Project.create(fleet({ tiny: image, old: image }));
  for (const name of Object.keys(project.env)) if (/^(AWS|OS)_/.test(name)) delete project.env[name];
  await mkdir(project.path("home"));
  Object.assign(project.env, { HOME: project.path("home"), XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? `${process.env["HOME"]}/.cache`, AWS_EC2_METADATA_DISABLED: "true" });
  await installPlugins(project.env["PULUMI_HOME"]!, await ensureTestPlugins({ log: () => {} }));
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws"]);
  const key = project.path(".imagefleet/signing-key.asc");
  await createKeyFile(key);
  process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key;
  for (const name of ["tiny", "old"]) await storeRealRelease(project.store, { image: name, version: "2026.1101.1" }, ["qcow2", "raw"]);
  const up = await project.up("--only", "laptop,desk");
  expect(up.exitCode, up.text).toBe(0);
  await storeRealRelease(project.store, { image: "tiny", version: "2026.1101.2" }, ["qcow2", "raw"]);
  await project.configure(fleet({ tiny: everywhere }));
});
afterAll(async () => {
  delete process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
  await project?.remove();
});

async function preview(...args: string[]) {
  const { exitCode, stdout, all } = await project.run("preview", args);
  return { exitCode, stdout: String(stdout), text: String(all) };
}

test("without credentials of any site it says all that can be said, names what was not looked at, and succeeds", async () => {
  const state = () => readFile(project.path("state/.pulumi/stacks/imagefleet/test.json"), "utf8");
  const before = await state();
  const { exitCode, stdout, text } = await preview("--markdown");
  expect(exitCode, text).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("<!-- imagefleet:preview test -->");
  expect(lines[1]).toBe("### ✅ imagefleet `test`: 3 to register, 3 to remove; 2 places not looked at");
  expect(stdout).toContain("> **`north` is public by its configuration** and was not looked at");
  expect(stdout).toContain("| `old` | `2026.1101.1` |  | **remove** 2 | **remove** |  |");
  expect(stdout).toContain("| `tiny` | `2026.1101.2` | *not looked at* | **register** 2 | **register** | *not looked at* |");
  expect(stdout).toContain("| `old@2026.1101.1` | `desk`, `laptop` | the image is no longer configured |");
  expect(stdout).toContain("| `tiny@2026.1101.2` | raw | 4 MiB |  |");
  expect(await state()).toBe(before);
});

test("--json is for programs, and the same twice", async () => {
  const [one, other] = [await preview("--json"), await preview("--json")];
  expect(one.exitCode, one.text).toBe(0);
  expect(other.stdout).toBe(one.stdout);
  const review = JSON.parse(one.stdout) as Review;
  expect(review.notLookedAt.map(({ place, public: open }) => [place, open])).toEqual([["cloud", false], ["north", true]]);
  expect(review.kept.map(({ image: name, version }) => `${name}@${version}`)).toEqual(["tiny@2026.1101.1"]);
  expect(review.complete).toBe(true);
});

test("a broken configuration is told in the comment, and fails", async () => {
  await project.configure(fleet({ tiny: { ...everywhere, sites: ["nowhere"] } }));
  const { exitCode, stdout } = await preview("--markdown");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("### ❌ imagefleet `test`: the preview failed");
  expect(stdout).toContain("imagefleet:images.tiny.sites");
});

test("a build says why, how long it may take, and a key that was not locked fails the preview", async () => {
  const own = { ...image, sites: ["laptop"] };
  await project.configure({ ...fleet({ tiny: own }), build: "allow", sites: { laptop: { kind: "local", path: "laptop", formats: ["qcow2"] } } });
  const run = (...args: string[]) => project.run("lock", ["--stack", "test", ...args]);
  expect((await run()).exitCode).toBe(0);
  expect((await run("--check")).exitCode).toBe(0);
  const script = project.path("packer/scripts/tiny/cleanup.sh");
  await writeFile(script, `${await readFile(script, "utf8")}\n# changed\n`);
  const check = await run("--check");
  expect(check.exitCode).toBe(1);
  expect(String(check.all)).toMatch(/tiny: [0-9a-f]{12} -> [0-9a-f]{12}: script:tiny\/cleanup changed/);
  const { exitCode, stdout, text } = await preview("--json");
  expect(exitCode, text).toBe(1);
  const { builds: [build], keys, complete } = JSON.parse(stdout) as Review;
  expect(complete).toBe(true);
  expect(keys.map(({ inputs }) => inputs)).toEqual([["script:tiny/cleanup changed"]]);
  expect(build).toMatchObject({ image: "tiny", version: "2026.1101.3", expected: { builds: 2, accelerator: "tcg" } });
  await writeFile(project.path("fleet.lock.json"), "{}");
  expect((await preview()).text).toContain("cannot read the locked build keys");
});
