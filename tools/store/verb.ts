import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import { FleetError } from "#model/errors";
import { openStore } from "#store/open";
import type { StoreOptions } from "#store/open";
import type { Store } from "#store/store";
import { locateStore } from "./locate-store.ts";

/** A verb of `npm run store`: takes its arguments, returns the exit code. */
export type Verb = (args: readonly string[]) => Promise<number>;

export interface Call {
  /** What the verb is asked about: `<image>` or `<image>@<version>`. */
  readonly subject?: string;
  readonly json: boolean;
  /** Options of the verb's own that were given: `true`, their text, or their texts. */
  readonly given: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  open(options?: StoreOptions): Promise<Store>;
}

interface VerbShape {
  readonly usage: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly subject: "none" | "optional" | "required";
  run(call: Call): Promise<number>;
}

const common = { store: { type: "string" }, stack: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } satisfies ParseArgsOptionsConfig;

const commonHelp = `
  --store DIR           the store (default: IMAGEFLEET_STORE, else imagefleet:store of the stack)
  --stack NAME          the stack Pulumi.<NAME>.yaml that names the store (default: dev)
  --json                for programs
  -h, --help            this text`;

/** Makes a verb of what is its own: options, number of arguments and help are dealt with here. */
export function verb({ usage, options, subject, run }: VerbShape): Verb {
  return async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], options: { ...options, ...common }, allowPositionals: true });
    if (values.help) {
      console.log(`npm run store -- ${usage}${commonHelp}`);
      return 0;
    }
    const [first, ...more] = positionals;
    if (more.length > 0 || (first ? subject === "none" : subject === "required")) throw misused(usage);
    const { store, stack, json, help: _, ...given } = values as Call["given"];
    const open = async (storeOptions?: StoreOptions) =>
      openStore(await locateStore({ store: store as string | undefined, stack: stack as string | undefined }), storeOptions);
    return run({ subject: first, json: json === true, given, open });
  };
}

function misused(usage: string): FleetError {
  const [line = ""] = usage.split("\n");
  const [form = ""] = line.split(/ {2,}/);
  return new FleetError({ action: `run \`store ${form.split(" ")[0]}\``, cause: "it was given too many or too few names", hint: `npm run store -- ${form}` });
}
