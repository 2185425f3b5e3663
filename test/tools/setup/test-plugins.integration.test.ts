import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { ensureToolchain } from "../../../tools/setup/ensure-toolchain.ts";
import { repositoryRoot } from "../../../tools/setup/repository-root.ts";
import { ensureTestPlugins, installPlugins } from "../../../tools/setup/test-plugins.ts";

const program = `
import { Provider as OpenStack } from "@pulumi/openstack/provider.js";
import { Provider as VSphere } from "@pulumi/vsphere/provider.js";
import { getDatacenter } from "@pulumi/vsphere/getDatacenter.js";

for (const cloud of ["NEAR", "FAR"]) {
  const variables = { [cloud + "_PASSWORD"]: "OS_PASSWORD" };
  new OpenStack(cloud, { authUrl: "http://127.0.0.1:9/v3", userName: "user", tenantName: "project" }, { envVarMappings: variables });
}
const vcenter = new VSphere("vcenter", {}, { envVarMappings: { VC_USER: "VSPHERE_USER", VC_PASSWORD: "VSPHERE_PASSWORD", VC_SERVER: "VSPHERE_SERVER" } });
export const cause = getDatacenter({ name: "x" }, { provider: vcenter }).then(() => "none", (error) => String(error.message));
`;

const variables = { NEAR_PASSWORD: "near-7c1f", FAR_PASSWORD: "far-93b2", OS_PASSWORD: "of-nobody", VC_USER: "user-51aa", VC_PASSWORD: "vc-e0d4", VC_SERVER: "127.0.0.1:9" };

/** A plugin that first notes the credentials in its environment. */
function noting(dir: string, plugin: string): string {
  const file = join(dir, plugin.replaceAll("/", "_"));
  writeFileSync(file, `#!/bin/sh\nenv | grep -E '^(OS|VSPHERE)_' | sort > '${dir}/seen.'$$\nexec '${plugin}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function project(): Promise<{ dir: string; env: NodeJS.ProcessEnv }> {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-credentials-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const plugins = await ensureTestPlugins({ log: console.log });
  await installPlugins(join(dir, "home"), { openstack: noting(dir, plugins.openstack), vsphere: noting(dir, plugins.vsphere) });
  writeFileSync(join(dir, "index.ts"), program);
  writeFileSync(join(dir, "package.json"), `{ "type": "module", "main": "index.ts", "dependencies": { "@pulumi/openstack": "*", "@pulumi/vsphere": "*" } }`);
  writeFileSync(join(dir, "Pulumi.yaml"), "name: credentials\nruntime: { name: nodejs, options: { typescript: false } }\n");
  symlinkSync(join(repositoryRoot, "node_modules"), join(dir, "node_modules"));
  mkdirSync(join(dir, "state"));
  const { env } = await ensureToolchain({ packer: false, log: console.log });
  const engine = { PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_HOME: join(dir, "home"), PULUMI_CONFIG_PASSPHRASE: "", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
  return { dir, env: { ...process.env, ...env, ...engine, ...variables } };
}

test("installed plugins are used without a word, and each provider gets its own credentials by the names of variables alone", async () => {
  const { dir, env } = await project();
  const pulumi = (...args: string[]) => execa("pulumi", [...args, "--non-interactive"], { cwd: dir, env, extendEnv: false, all: true });
  await pulumi("stack", "init", "test");
  const { all } = await pulumi("up", "--yes", "--skip-preview");
  expect(all).not.toMatch(/plugin|pulumi-resource|download/i);

  const seen = readdirSync(dir).filter((name) => name.startsWith("seen.")).map((name) => readFileSync(join(dir, name), "utf8"));
  for (const lines of ["OS_PASSWORD=near-7c1f\n", "OS_PASSWORD=far-93b2\n", "VSPHERE_PASSWORD=vc-e0d4\nVSPHERE_SERVER=127.0.0.1:9\nVSPHERE_USER=user-51aa\n"]) {
    expect(seen.filter((text) => text.includes(lines)), lines).toHaveLength(1);
  }

  const { stdout: state } = await pulumi("stack", "export", "--show-secrets");
  expect(state).toContain(`"NEAR_PASSWORD": "OS_PASSWORD"`);
  expect(state, "the plugin went to the server of its variable").toMatch(/127\.0\.0\.1:9.*refused/);
  for (const name of ["NEAR_PASSWORD", "FAR_PASSWORD", "OS_PASSWORD", "VC_USER", "VC_PASSWORD"] as const) expect(state, name).not.toContain(variables[name]);
});
