import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { FleetError } from "#model/errors";
import { projectDir, storeLocation } from "#providers/shared/project";
import { errorCode } from "#store/errors";
import { parse } from "yaml";

const defaultStore = ".imagefleet/store";

/**
 * Where the store is: `--store`, else IMAGEFLEET_STORE, else what the stack's file says. Only that one setting is read, so
 * that a fault elsewhere in the configuration keeps nobody from looking at the store.
 */
export async function locateStore({ store, stack = "dev" }: { store?: string; stack?: string }): Promise<string> {
  if (store) return store.includes("://") ? store : resolve(process.env["INIT_CWD"] ?? process.cwd(), store);
  if (process.env["IMAGEFLEET_STORE"]) return storeLocation(defaultStore);
  return storeLocation(await configuredIn(resolve(projectDir(), `Pulumi.${stack}.yaml`)));
}

async function configuredIn(file: string): Promise<string> {
  const action = "find the store";
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const cause = errorCode(error) === "ENOENT" ? "there is no such stack file" : String(error);
    throw new FleetError({ action, place: file, cause, hint: "name the stack with --stack, or the store with --store DIR" });
  }
  try {
    const config: unknown = (parse(text) as { config?: Record<string, unknown> } | null)?.config?.["imagefleet:store"];
    if (config === undefined || config === null) return defaultStore;
    if (typeof config === "string") return config;
    throw new Error("imagefleet:store is not text");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new FleetError({ action, place: file, cause, hint: "mend the file, or name the store with --store DIR" }, { cause: error });
  }
}
