import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a backend in a directory keeps what it knows of a stack; undefined for others, which look after themselves. */
export interface FileBackend {
  readonly stacks: string;
  readonly state: string;
  readonly locks: string;
}

export function fileBackend(env: NodeJS.ProcessEnv, stack: string): FileBackend | undefined {
  const url = env["PULUMI_BACKEND_URL"] ?? "";
  if (!url.startsWith("file://")) return undefined;
  const dir = join(fileURLToPath(url), ".pulumi");
  const stacks = join(dir, "stacks", "imagefleet");
  return { stacks, state: join(stacks, `${stack}.json`), locks: join(dir, "locks", "organization", "imagefleet", stack) };
}

/** Names of the resources that a killed run, or one that goes on, has begun to create. */
export async function pendingCreates({ state }: FileBackend): Promise<string[]> {
  const text = await readFile(state, "utf8").catch(() => "");
  if (!/"pending_operations":\s*\[\s*\{/.test(text)) return []; // states are large
  const operations = (JSON.parse(text) as State).checkpoint?.latest?.pending_operations ?? [];
  return operations.filter(({ type }) => type === "creating").map(({ resource }) => resource.urn.split("::").slice(3).join("::"));
}

interface State {
  readonly checkpoint?: { readonly latest?: { readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[] } };
}
