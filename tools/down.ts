import { parseArgs } from "node:util";
import { reapOrphans } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";
import { command } from "./engine/command.ts";
import { inTurn } from "./engine/in-turn.ts";
import { reachPlaces } from "./engine/reach-places.ts";
import { runEngine } from "./engine/run-engine.ts";
import { openSession, stackOptions } from "./engine/session.ts";
import { unreachableLines } from "./engine/summary.ts";

const help = `npm run down -- [options]      remove what the stack registered on its sites; releases stay in the store

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --guests              only stop the guests that --debug kept
  -h, --help            this text

What a site or vCenter that cannot be reached has stays there, and in the state; the exit code is then not 0.`;

await command(async () => {
  const { values } = parseArgs({ options: { ...stackOptions, guests: { type: "boolean" } } });
  if (values.help) return void console.log(help);
  for (const line of await reapOrphans(workDir(), { kept: true })) console.log(`[clean-up] ${line}`);
  return values.guests ? 0 : inTurn(values.stack, () => down(values.stack, values["config-file"]));
});

async function down(name: string, configFile: string | undefined): Promise<number> {
  const { stack, env, run } = await openSession(name, configFile, "change");
  const { unreachable, selection, env: reached } = await reachPlaces(stack, { only: [], except: [] });
  // What depends on something is destroyed before it: nothing is left out for that.
  const excludes = selection.filter((argument) => argument !== "--exclude-dependents");
  const code = await runEngine(["destroy", "--yes", "--skip-preview", "--stack", stack.name, "--config-file", stack.configFile, ...excludes], { ...env, ...reached }, run);
  for (const line of unreachableLines(unreachable)) console.log(line);
  return code === 0 && unreachable.length > 0 ? 1 : code;
}
