import { homedir } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { examine } from "./setup/examine.ts";
import { runTool } from "./setup/run-tool.ts";

const help = `npm run doctor -- [--json]

Shows each tool, its version and where it comes from, whether KVM runs guests, and what the machine has; then what to do
about each line that is not fine. Changes nothing. The exit code is 1 if something essential is missing.`;

await runTool(async () => {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log(help);
  const findings = await examine();
  if (findings.some(({ state }) => state === "missing")) process.exitCode = 1;
  if (values.json) return void console.log(JSON.stringify(findings, undefined, 2));

  const table = new Table({ head: ["what", "found", "where from", ""], style: { head: [], border: [] } });
  for (const { name, found, source, state } of findings) table.push([name, found, (source ?? "").replace(`${homedir()}/`, "~/"), state]);
  console.log(table.toString());
  for (const { name, hint } of findings) if (hint) console.log(`${name}: ${hint}`);
});
