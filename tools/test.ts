import { parseArgs } from "node:util";
import { execa } from "execa";
import { ensureToolchain, type Toolchain } from "./setup/ensure-toolchain.ts";
import { repositoryRoot } from "./setup/repository-root.ts";
import { runTool } from "./setup/run-tool.ts";
import { runChecks } from "./test/checks.ts";
import { runVitest, type Pass } from "./test/run-vitest.ts";
import { supplyTestPackages } from "./test/supply-packages.ts";
import { supplyTestPlugins } from "./test/supply-plugins.ts";
import { add, closingLines, noTests, type Tally } from "./test/tally.ts";

const help = `npm test -- [options] [filter...]

Without a filter: lint, types, formatting, then the unit, integration and slow tests. The last line is always
\`N passed, N failed, N skipped\`.

  filter              run only the test files whose path contains it, and no checks of the sources
  --up                first \`npm run up\` of the dev stack; it counts as a test
  --project NAME      only these: unit, integration, slow (may be given several times)`;

await runTool(async () => {
  const options = { help: { type: "boolean", short: "h" }, up: { type: "boolean" }, project: { type: "string", multiple: true } } as const;
  const { values, positionals: filters } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void console.log(help);

  const toolchain = await ensureToolchain({ log: console.log });
  const projects = values.project ?? ["unit", "integration", "slow"];
  await supplyTestPackages(console.log);
  if (projects.some((project) => project !== "unit")) await supplyTestPlugins(console.log);
  let total: Tally = noTests;
  if (values.up) total = add(total, await bringUp(toolchain));
  if (filters.length === 0) total = add(total, await runChecks(toolchain, console.log));
  for (const project of projects) for (const pass of passesOf(project, filters)) total = add(total, await runVitest(project, { filters, pass, env: toolchain.env }));
  if (total.passed + total.failed + total.skipped.length === 0) {
    console.log(`no test file matches ${filters.join(" ")}`);
    process.exitCode = 1;
  }
  for (const line of closingLines(total)) console.log(line);
  if (total.failed > 0) process.exitCode = 1;
});

/** What wants the machine for itself first, then the rest, two files at a time; chosen files run one after another. */
function passesOf(project: string, filters: readonly string[]): (Pass | undefined)[] {
  return project === "unit" || filters.length > 0 ? [undefined] : ["alone", "together"];
}

async function bringUp({ env }: Toolchain): Promise<Tally> {
  console.log("[test/up] npm run up");
  const { exitCode } = await execa(process.execPath, ["tools/up.ts"], { cwd: repositoryRoot, env, stdio: "inherit", reject: false });
  console.log(`[test/up] ${exitCode === 0 ? "passed" : "FAILED"}`);
  return exitCode === 0 ? { ...noTests, passed: 1 } : { ...noTests, failed: 1 };
}
