import { parseArgs } from "node:util";
import { reapOrphans } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";
import { command } from "./engine/command.ts";
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
  if (values.guests) return 0;
  const { stack, env, run } = await openSession(values.stack, values["config-file"]);
  const { unreachable, selection, env: reached } = await reachPlaces(stack, { only: [], except: [] });
  // What depends on something is destroyed before it: nothing is left out for that.
  const excludes = selection.filter((argument) => argument !== "--exclude-dependents");
  const code = await runEngine(["destroy", "--yes", "--skip-preview", "--stack", stack.name, "--config-file", stack.configFile, ...excludes], { ...env, ...reached }, run);
  for (const line of unreachableLines(unreachable)) console.log(line);
  return code === 0 && unreachable.length > 0 ? 1 : code;
});
