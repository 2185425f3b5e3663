import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { stringify } from "yaml";
import { installedSdk } from "../plugins/shared/sdk-types.ts";
import { ensureToolchain } from "../../tools/setup/ensure-toolchain.ts";

/** A resource of a test's program: a class of an SDK, or one of our dynamic ones, by the name of its type. */
export interface Declaration {
  /** `@pulumi/aws/ec2/ami.js Ami`, or `Hold`. */
  readonly of: string;
  readonly name: string;
  readonly args: object;
  /** Of a dynamic resource: what its provider adds. */
  readonly outs?: object;
}

/** A stack under the repository's policy pack, on a real engine whose plugins make nothing. */
export interface PolicedStack {
  /** @param settings Of the pack: `--policy-pack-config`. */
  run(command: "preview" | "up", declarations: readonly Declaration[], settings?: object): Promise<{ readonly exitCode: number | undefined; readonly text: string }>;
  remove(): Promise<void>;
}

const pack = join(process.cwd(), "policy");

/** @param sites The stack's `imagefleet:sites`. */
export async function policedStack(sites: object): Promise<PolicedStack> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-policed-"));
  const toolchain = await ensureToolchain({ packer: false, log: () => {} });
  const home = join(dir, "pulumi-home");
  for (const name of ["aws", "azure-native", "gcp", "openstack"]) await installInert(home, name);
  await mkdir(join(dir, "state"));
  await symlink(join(process.cwd(), "node_modules"), join(dir, "node_modules"));
  await writeFile(join(dir, "package.json"), JSON.stringify({ name: "policed", type: "module", main: "index.js" }));
  await writeFile(join(dir, "Pulumi.yaml"), stringify({ name: "policed", runtime: { name: "nodejs", options: { typescript: false } }, plugins: { analyzers: [{ name: "policy-npmpack", path: join(pack, "bin") }] } }));
  await writeFile(join(dir, "Pulumi.test.yaml"), stringify({ config: { "imagefleet:sites": sites } }));
  const env = { ...process.env, ...toolchain.env, PULUMI_HOME: home, PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONTINUE_ON_ERROR: "true", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
  const pulumi = (...args: string[]) => execa("pulumi", [...args, "--non-interactive", "--stack", "test"], { cwd: dir, env, reject: false, all: true, stdin: "ignore" });
  await pulumi("stack", "init");
  return {
    async run(command, declarations, settings) {
      await writeFile(join(dir, "index.js"), program(declarations));
      if (settings) await writeFile(join(dir, "settings.json"), JSON.stringify(settings));
      const { exitCode, all } = await pulumi(command, "--policy-pack", pack, ...(settings ? ["--policy-pack-config", join(dir, "settings.json")] : []), ...(command === "up" ? ["--yes", "--skip-preview"] : []));
      return { exitCode, text: all };
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function installInert(home: string, name: string): Promise<void> {
  const dir = join(home, "plugins", `resource-${name}-v${installedSdk(name).version}`);
  const script = join(dir, `pulumi-resource-${name}`);
  await mkdir(dir, { recursive: true });
  await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, "inert-plugin.ts")}' ${name} "$@"\n`);
  await chmod(script, 0o755);
}

function program(declarations: readonly Declaration[]): string {
  return `
import * as pulumi from "@pulumi/pulumi";
const provider = { create: async ({ outs, ...inputs }) => ({ id: "made", outs: { ...inputs, ...outs } }), diff: async () => ({ changes: false }) };
for (const { of, name, args, outs } of ${JSON.stringify(declarations)}) {
  const [module, type] = of.split(" ");
  if (type) new (await import(module))[type](name, args);
  else new pulumi.dynamic.Resource(provider, name, { ...args, ...(outs && { outs }) }, {}, "imagefleet", module);
}
`;
}
