import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { generateSchema } from "../../../tools/sdk/generate-schema.ts";
import { generateSdk } from "../../../tools/sdk/generate-sdk.ts";
import { openstackPluginTool, schemaFile, vspherePluginTool } from "../../../tools/setup/go-tools.ts";
import { repositoryRoot } from "../../../tools/setup/repository-root.ts";
import { survey } from "../../../tools/setup/survey.ts";

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-sdk-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function filesOf(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(dir, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(dir, name), "utf8")]));
}

test.for([openstackPluginTool, vspherePluginTool])("the schema of $name is what its sources say", async (plugin) => {
  const file = join(temporary(), "schema.json");
  await generateSchema(plugin, file, console.log);
  expect(readFileSync(file, "utf8"), "npm run sdk writes it").toBe(readFileSync(schemaFile(plugin), "utf8"));
});

test("generating @pulumi/vsphere again changes nothing", async () => {
  const { go } = await survey({ packer: false });
  if (!go) throw new Error("Go is not on PATH");
  const into = join(temporary(), "vsphere");
  await generateSdk(schemaFile(vspherePluginTool), into, { go, log: console.log });
  const files = filesOf(into);
  expect(Object.keys(files).length).toBeGreaterThan(20);
  expect(files, "npm run sdk writes it").toEqual(filesOf(join(repositoryRoot, "sdks", "vsphere")));
});
