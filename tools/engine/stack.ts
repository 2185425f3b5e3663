import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FleetError } from "#model/errors";
import type { FleetConfig } from "#model/config/types";
import { storeLocation } from "#providers/shared/project";
import { parseStackFile } from "#providers/shared/stack-file";

/** The stack that the commands work on, and how its engine is run. */
export interface Stack {
  readonly name: string;
  readonly configFile: string;
  readonly config: FleetConfig;
  /** Absolute location of the store. */
  readonly store: string;
  /** What the engine needs to know of the backend: ours for the stack `dev`, else the user's own login. */
  readonly env: Readonly<Record<string, string>>;
}

/** Reads and checks a stack's configuration before the engine starts. @throws ConfigError with all faults. */
export async function readStack(name: string, configFile = `Pulumi.${name}.yaml`): Promise<Stack> {
  const text = await readFile(configFile, "utf8").catch((error: Error) => {
    throw new FleetError({ action: `read the configuration of the stack ${name}`, place: configFile, cause: error.message, hint: "give --stack the name of a Pulumi.<stack>.yaml that is here" });
  });
  const config = parseStackFile(text);
  return { name, configFile, config, store: storeLocation(config.store), env: backendOf(name) };
}

function backendOf(name: string): Record<string, string> {
  if (name !== "dev" || process.env["PULUMI_BACKEND_URL"]) return {};
  const dir = join(process.cwd(), ".imagefleet", "state");
  // The state of a stack on one's own machine holds no secrets, so its passphrase is empty, whatever other stacks have.
  return { PULUMI_BACKEND_URL: pathToFileURL(dir).href, PULUMI_CONFIG_PASSPHRASE: "" };
}
