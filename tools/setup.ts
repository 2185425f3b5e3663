import { ensureToolchain } from "./setup/ensure-toolchain.ts";
import { runTool } from "./setup/run-tool.ts";

await runTool(async () => {
  const started = performance.now();
  const { tools } = await ensureToolchain({ log: console.log });
  for (const { name, version, source, path } of tools) console.log(`${name} ${version} (${source}: ${path})`);
  console.log(`toolchain ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
});
