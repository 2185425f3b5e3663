import { parseArgs } from "node:util";
import { ensureToolchain } from "./setup/ensure-toolchain.ts";
import { runTool } from "./setup/run-tool.ts";

await runTool(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log("npm run setup      install and build the tools that the other commands need; takes no options");
  const started = performance.now();
  const { tools } = await ensureToolchain({ log: console.log });
  for (const { name, version, source, path } of tools) console.log(`${name} ${version} (${source}: ${path})`);
  console.log(`toolchain ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
});
