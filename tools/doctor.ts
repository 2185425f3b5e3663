import { homedir } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { examinePlaces } from "./engine/examine-places.ts";
import { readStack } from "./engine/stack.ts";
import { examine } from "./setup/examine.ts";
import { runTool } from "./setup/run-tool.ts";

const help = `npm run doctor -- [options]

Shows each tool, its version and where it comes from, whether KVM runs guests, and what the machine has; then what to do
about each line that is not fine. Changes nothing. The exit code is 1 if something essential is missing.

  --stack NAME          also ask each site and vCenter of the stack whether it can be reached with the credentials at hand
  --config-file FILE    the stack's configuration, where it is not Pulumi.<NAME>.yaml
  --only NAMES          with --stack: only these sites and vCenters (comma-separated)
  --json                print it as JSON
  -h, --help            this text`;

await runTool(async () => {
  const { values } = parseArgs({ options: { stack: { type: "string" }, "config-file": { type: "string" }, only: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log(help);
  const stack = values.stack === undefined ? undefined : await readStack(values.stack, values["config-file"]);
  const places = stack ? await examinePlaces(stack.config, (values.only ?? "").split(",").filter(Boolean)) : [];
  const findings = [...(await examine()), ...places];
  if (findings.some(({ state }) => state === "missing")) process.exitCode = 1;
  if (values.json) return void console.log(JSON.stringify(findings, undefined, 2));

  const table = new Table({ head: ["what", "found", "where from", ""], style: { head: [], border: [] } });
  for (const { name, found, source, state } of findings) table.push([name, found, (source ?? "").replace(`${homedir()}/`, "~/"), state]);
  console.log(table.toString());
  for (const { name, hint } of findings) if (hint) console.log(`${name}: ${hint}`);
});
