import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { FleetConfig } from "#model/config/types";
import { installNeededPlugins } from "../../../tools/engine/needed-plugins.ts";
import { ensureToolchain } from "../../../tools/setup/ensure-toolchain.ts";

const off = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
const log = (): void => {};

let engine: NodeJS.ProcessEnv;
let env: NodeJS.ProcessEnv;
let home: string;
let fetched: string[];

beforeAll(async () => {
  const { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: _own, ...rest } = process.env;
  engine = { ...rest, ...(await ensureToolchain({ packer: false, log })).env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_CONFIG_PASSPHRASE: "" };
});

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-plugins-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  home = join(dir, "home");
  await mkdir(join(dir, "state/.pulumi/stacks/imagefleet"), { recursive: true });
  fetched = [];
  env = { ...engine, PULUMI_HOME: home, PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `.*=${await publisher(dir)}` };
});

/** Serves every plugin that is asked for, as an archive with an empty program, but none of gcp. */
async function publisher(dir: string): Promise<string> {
  await writeFile(join(dir, "pulumi-resource-any"), "");
  await execa("tar", ["-czf", join(dir, "plugin.tar.gz"), "-C", dir, "pulumi-resource-any"]);
  const archive = await readFile(join(dir, "plugin.tar.gz"));
  const server = createServer(({ url = "" }, response) => {
    const file = url.split("/").at(-1)!;
    fetched.push(file);
    response.writeHead(file.includes("gcp") ? 403 : 200, { "content-length": archive.length }).end(archive);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sites(...kinds: string[]): Pick<FleetConfig, "sites" | "hooks"> {
  return { sites: Object.fromEntries(kinds.map((kind) => [kind, { kind }])), hooks: [] } as unknown as Pick<FleetConfig, "sites" | "hooks">;
}

async function installed(): Promise<string[]> {
  return (await readdir(join(home, "plugins")).catch(() => [])).filter((name) => !name.endsWith(".lock")).map((name) => name.replace(/-v[\d.]+$/, ""));
}

test("a fleet of local sites alone installs no plugin", async () => {
  expect(await installNeededPlugins({ config: sites("local", "vagrant"), stack: "dev", env, log })).toEqual(off);
  expect([await installed(), fetched]).toEqual([[], []]);
});

test("the plugins of the kinds of sites that a fleet has are installed once, and no others", async () => {
  const said: string[] = [];
  for (const _time of [1, 2]) expect(await installNeededPlugins({ config: sites("local", "openstack", "azure"), stack: "dev", env, log: (line) => said.push(line) })).toEqual(off);
  expect(await installed()).toEqual(["resource-azure-native", "resource-openstack"]);
  expect(fetched).toHaveLength(2);
  expect(said).toEqual([expect.stringMatching(/^\[plugins\] installing azure-native 3\./), expect.stringMatching(/^\[plugins\] installing openstack 3\./)]);
});

test("the last site of a kind is gone from the configuration, but its resources are still to be deleted", async () => {
  const state = new URL(`${env["PULUMI_BACKEND_URL"]}/.pulumi/stacks/imagefleet/dev.json`);
  await writeFile(state, JSON.stringify({ checkpoint: { latest: { resources: [{ type: "pulumi:providers:vsphere" }] } } }, undefined, 2));
  await installNeededPlugins({ config: sites("local"), stack: "dev", env, log });
  expect(await installed()).toEqual(["resource-vsphere"]);
});

test("a plugin that cannot be had is named, with what to do", async () => {
  await expect(installNeededPlugins({ config: sites("gcp"), stack: "dev", env, log })).rejects.toThrow(/install the provider plugin gcp 9\.[\s\S]*403[\s\S]*pulumi plugin install resource gcp 9\.\S+ --file/);
});

test("what the user has set stays, and nothing is installed", async () => {
  const own = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false" };
  expect(await installNeededPlugins({ config: sites("openstack"), stack: "dev", env: { ...env, ...own }, log })).toEqual(own);
  expect(await installed()).toEqual([]);
});
