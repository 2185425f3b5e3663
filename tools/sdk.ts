import { join } from "node:path";
import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { generateSchema } from "./sdk/generate-schema.ts";
import { generateSdk } from "./sdk/generate-sdk.ts";
import { openstackPluginTool, schemaFile, vspherePluginTool } from "./setup/go-tools.ts";
import { repositoryRoot } from "./setup/repository-root.ts";
import { runTool } from "./setup/run-tool.ts";
import { survey } from "./setup/survey.ts";

const help = `npm run sdk

Writes what is generated from the provider plugins that tools/pulumi-resource-* bridge; needed after a change there:
  tools/pulumi-resource-*/schema.json   what the plugins map
  sdks/vsphere                          @pulumi/vsphere, which the program imports

Needs Go. The result is the same wherever it runs; commit it.`;

await runTool(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log(help);
  const { go } = await survey({ packer: false });
  if (!go) throw new FleetError({ action: "generate the SDK", cause: "Go is not on PATH", hint: "install Go (https://go.dev/dl) and put its bin directory on PATH" });
  const log = console.log;
  for (const plugin of [openstackPluginTool, vspherePluginTool]) {
    await generateSchema(plugin, schemaFile(plugin), log);
    log(`wrote ${schemaFile(plugin)}`);
  }
  await generateSdk(schemaFile(vspherePluginTool), join(repositoryRoot, "sdks", "vsphere"), { go, log });
  log("wrote sdks/vsphere");
});
