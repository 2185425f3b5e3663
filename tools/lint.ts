import { parseArgs } from "node:util";
import { ensureToolchain } from "./setup/ensure-toolchain.ts";
import { runTool } from "./setup/run-tool.ts";
import { runChecks } from "./test/checks.ts";
import { closingLines } from "./test/tally.ts";

/** `npm run lint`: lint, types, formatting of the templates, freshness of generated files, build keys. */
await runTool(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log("npm run lint       lint, types, format of the templates, whether generated files are fresh, and build keys as locked; takes no options");
  const tally = await runChecks(await ensureToolchain({ log: console.log }), console.log);
  for (const line of closingLines(tally)) console.log(line);
  if (tally.failed > 0) process.exitCode = 1;
});
