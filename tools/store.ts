import { FleetError } from "#model/errors";
import { command } from "./engine/command.ts";
import { gc } from "./store/gc.ts";
import { list } from "./store/list.ts";
import { remove } from "./store/remove.ts";
import { show } from "./store/show.ts";
import { verify } from "./store/verify.ts";
import type { Verb } from "./store/verb.ts";

const verbs: Record<string, Verb> = { ls: list, show, verify, rm: remove, gc };

const help = `npm run store -- <verb> [options]      what has been built, and where it is kept

  ls [<image>]                          list releases
  show <image>[@<version>]              everything that is known of one
  verify [<image>[@<version>]]          compare the stored files with their records
  rm <image>@<version>                  remove one that no stack holds
  gc [--dry-run]                        remove what nobody needs any more

  <verb> --help                         its options
  --store DIR                           the store (default: IMAGEFLEET_STORE, else imagefleet:store of the stack)
  --stack NAME                          the stack Pulumi.<NAME>.yaml that names the store (default: dev)
  --json                                for programs
  -h, --help                            this text`;

await command(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!name || name === "--help" || name === "-h") return void console.log(help);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb) return verb(args);
  throw new FleetError({ action: `run \`store ${name}\``, cause: `the verbs are ${Object.keys(verbs).join(", ")}`, hint: "npm run store -- --help" });
});
