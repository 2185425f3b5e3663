import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openstackPluginTool, schemaFile, sourceDir, vspherePluginTool } from "../../../tools/setup/go-tools.ts";
import { repositoryRoot } from "../../../tools/setup/repository-root.ts";
import { installPlugins, pluginVersion } from "../../../tools/setup/test-plugins.ts";

const modules = join(repositoryRoot, "node_modules", "@pulumi");

function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")) as { version: string }).version.replace(/^v/, "");
}

test("each plugin has the version that the resources of its npm package ask for", () => {
  expect(pluginVersion("openstack")).toBe(packageVersion("openstack"));
  expect(pluginVersion("vsphere")).toBe(packageVersion("vsphere"));
  for (const [tool, version] of [[openstackPluginTool, pluginVersion("openstack")], [vspherePluginTool, pluginVersion("vsphere")]] as const) {
    expect(readFileSync(join(sourceDir(tool), "provider", "provider.go"), "utf8")).toContain(`const Version = "${version}"`);
  }
});

test("the OpenStack plugin takes exactly the inputs that the published package has", () => {
  const { resources } = JSON.parse(readFileSync(schemaFile(openstackPluginTool), "utf8")) as { resources: Record<string, { inputProperties: object; requiredInputs?: string[] }> };
  expect(Object.keys(resources)).toHaveLength(3);
  for (const [token, { inputProperties, requiredInputs = [] }] of Object.entries(resources)) {
    const [, file = "", name = ""] = token.split(":");
    const types = readFileSync(join(modules, "openstack", `${file}.d.ts`), "utf8");
    const body = new RegExp(`^export interface ${name}Args \\{(.*?)^\\}`, "ms").exec(types)?.[1] ?? "";
    const fields = [...body.matchAll(/^ {4}(\w+)(\??):/gm)].map(([, field = "", optional]) => `${field}${optional}`);
    expect(fields.sort(), token).toEqual(Object.keys(inputProperties).map((field) => (requiredInputs.includes(field) ? field : `${field}?`)).sort());
  }
});

test("plugins are laid out as the engine installs them, again and again, and a newer build takes the place of an older one", async () => {
  const home = mkdtempSync(join(tmpdir(), "imagefleet-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const program = (name: string) => {
    writeFileSync(join(home, name), "");
    return join(home, name);
  };
  const first = { openstack: program("openstack-1"), vsphere: program("vsphere-1") };
  await installPlugins(home, first);
  await installPlugins(home, first);
  await Promise.all([1, 2, 3].map(() => installPlugins(home, { ...first, vsphere: program("vsphere-2") })));
  const dirs = [`resource-openstack-v${pluginVersion("openstack")}`, `resource-vsphere-v${pluginVersion("vsphere")}`] as const;
  expect(readdirSync(join(home, "plugins")).sort()).toEqual([...dirs]);
  expect(readdirSync(join(home, "plugins", dirs[0]))).toEqual(["pulumi-resource-openstack"]);
  expect(readdirSync(join(home, "plugins", dirs[1]))).toEqual(["pulumi-resource-vsphere"]);
  expect(readlinkSync(join(home, "plugins", dirs[0], "pulumi-resource-openstack"))).toBe(first.openstack);
  expect(readlinkSync(join(home, "plugins", dirs[1], "pulumi-resource-vsphere"))).toBe(join(home, "vsphere-2"));
});
