import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheDir } from "#providers/shared/project";
import type { Fields, ResourceTypes } from "./shape.ts";

const require = createRequire(import.meta.url);

/** An installed SDK of Pulumi: `@pulumi/<name>`. */
export interface Sdk {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
}

export function installedSdk(name: string): Sdk {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return { name, version, dir: dirname(file) };
}

/**
 * What the SDK's declarations say of a resource, parsed once and kept in the user's cache: they are megabytes.
 * @param token `aws:ec2/ami:Ami`, `azure-native:compute:Image`
 */
export async function resourceTypes(sdk: Sdk, token: string): Promise<ResourceTypes> {
  const [, module = "", type = ""] = token.split(":");
  const [folder, file = `${type.charAt(0).toLowerCase()}${type.slice(1)}`] = module.split("/");
  return cached(sdk, join(folder ?? "", file), type);
}

/** What the SDK's declarations say of the provider's own configuration. */
export async function providerTypes(sdk: Sdk): Promise<Fields> {
  return (await cached(sdk, "provider", "Provider")).inputs;
}

/** Declarations change with the SDK's version, and what we make of them with our parser. */
async function cached(sdk: Sdk, module: string, type: string): Promise<ResourceTypes> {
  const parser = createHash("sha256").update(await readFile(join(import.meta.dirname, "parse-types.ts"))).digest("hex").slice(0, 8);
  const file = join(cacheDir(), "test-plugins", `${sdk.name}-${sdk.version}-${parser}`, `${module.replaceAll("/", "-")}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as ResourceTypes;
  const { parseTypes } = await import("./parse-types.ts"); // the compiler is large, and mostly not needed
  const types = parseTypes(sdk.dir, module, type);
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, JSON.stringify(types));
  await rename(fresh, file); // another plugin may read it just now
  return types;
}
