import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { ensureToolchain } from "../../../tools/setup/ensure-toolchain.ts";
import { digest, makeProject, type Project } from "./fixture.ts";

const repository = process.cwd();
const stack = "dev";
const first = { image: "debian-12", version: "2026.1101.1" };
const second = { image: "debian-12", version: "2026.1101.2" };

let project: Project;
let inputs: CatalogInputs;
let disk: string;
let toolchain: Awaited<ReturnType<typeof ensureToolchain>>;

beforeAll(async () => {
  toolchain = await ensureToolchain({ packer: false, log: () => {} });
  project = await makeProject();
  inputs = { ...(await project.add(first)), path: "site" };
  disk = join(project.dir, `site/debian-12/${first.version}/qcow2/debian-12-${first.version}.qcow2`);
  for (const name of ["model", "store", "providers", "components", "node_modules"]) await symlink(join(repository, name), join(project.dir, name));
  const { imports } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  await writeFile(join(project.dir, "package.json"), JSON.stringify({ type: "module", main: "index.ts", imports }));
  await writeFile(join(project.dir, "Pulumi.yaml"), "name: imagefleet\nruntime: { name: nodejs, options: { typescript: false } }\n");
  await mkdir(join(project.dir, "state"));
  await declare([inputs]);
  pulumi("stack", "init", stack);
  pulumi("config", "set", "imagefleet:store", "releases");
});

afterAll(async () => {
  await project?.remove();
});

/** A program that holds releases and publishes them as OsImage does. */
async function declare(releases: readonly CatalogInputs[]): Promise<void> {
  await writeFile(join(project.dir, "releases.json"), JSON.stringify(releases));
  await writeFile(join(project.dir, "index.ts"), `
import { readFileSync } from "node:fs";
import { localSite } from "#components/sites/local";
import { Hold } from "#providers/hold/resource";
const laptop = localSite({ kind: "local", name: "laptop", path: "site", formats: ["qcow2"] });
export const references = JSON.parse(readFileSync("releases.json", "utf8")).map((release) => {
  const { image, version } = release;
  const hold = new Hold(\`hold/\${image}@\${version}\`, { image, version, project: "imagefleet", stack: "${stack}" });
  const sealed = { ...release, format: { name: "qcow2", kind: "qcow2" } };
  void laptop.register(sealed, { parent: hold, dependsOn: [hold], superseded: false });
  return laptop.reference(sealed);
});
`);
}

function run(...args: string[]): { code: number | null; text: string } {
  const env = {
    ...process.env,
    ...toolchain.env,
    IMAGEFLEET_STORE: undefined, // the stack's setting must reach the providers
    PULUMI_BACKEND_URL: pathToFileURL(join(project.dir, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_HOME: join(project.dir, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd: project.dir, env, encoding: "utf8" });
  return { code: status, text: stdout + stderr };
}

function pulumi(...args: string[]): string {
  const { code, text } = run(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}\n${text}`);
  return text;
}

function noChange(): void {
  pulumi("preview", "-s", stack, "--refresh", "--expect-no-changes");
}

test("the engine publishes, sees what drifted by name, repairs it and then finds nothing to do", async () => {
  pulumi("up", "-s", stack, "--yes", "--skip-preview");
  noChange();
  const reference = JSON.parse(pulumi("stack", "output", "-s", stack, "--json")).references[0];
  expect(join(project.dir, reference)).toBe(disk);
  expect(await project.store.holds("debian-12")).toHaveLength(1);

  const damages: [() => Promise<void>, RegExp][] = [
    [() => rm(disk), /qcow2 missing/],
    [() => truncate(disk, 10), /qcow2 truncated: expected 3000 bytes, found 10/],
    [() => writeFile(disk, Buffer.alloc(3000)), /qcow2 altered/],
    [() => rm(join(project.dir, "site"), { recursive: true }), /debian-12@2026\.1101\.1/],
  ];
  for (const [damage, said] of damages) {
    await damage();
    const preview = run("preview", "-s", stack, "--refresh", "--expect-no-changes");
    expect(preview.code, preview.text).not.toBe(0);
    expect(preview.text).toMatch(said);
    expect(preview.text).toContain("laptop/debian-12@2026.1101.1");
    pulumi("up", "-s", stack, "--refresh", "--yes", "--skip-preview");
    expect(digest(await readFile(disk))).toBe(inputs.sha256);
    noChange();
  }

  // a new release is published beside the old one, then takes its place
  const next = { ...(await project.add(second)), path: "site" };
  await declare([inputs, next]);
  pulumi("up", "-s", stack, "--yes", "--skip-preview");
  await declare([next]);
  pulumi("up", "-s", stack, "--yes", "--skip-preview");
  expect((await project.store.holds("debian-12")).map(({ version }) => version)).toEqual([second.version]);
  execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: join(project.dir, "site/debian-12/latest/qcow2") });
  noChange();

  pulumi("destroy", "-s", stack, "--yes", "--skip-preview");
  expect(await project.store.holds("debian-12")).toEqual([]);
  expect(await project.store.versions("debian-12")).toEqual([first.version, second.version]);
});
