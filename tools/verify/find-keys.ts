import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { FleetError } from "#model/errors";
import type { SealConfig } from "#model/gates";
import { publicKeys, trustedKeys, type TrustedKeys } from "#providers/seal/trusted-keys";
import { projectDir } from "#providers/shared/project";
import { ifPresent } from "#store/errors";

const sealSchema = z.object({ key: z.string().optional(), trust: z.array(z.string()).default([]) });
const action = "verify";

/**
 * Whose seals count: the given key files and no others, else what the stack trusts: its signing key and `imagefleet:seal.trust`.
 * Of the stack's file only that setting is read, so that a fault elsewhere keeps nobody from verifying.
 */
export async function findKeys(files: readonly string[], stack: string): Promise<TrustedKeys> {
  const here = process.env["INIT_CWD"] ?? process.cwd();
  const given = await Promise.all(files.map((file) => publicKeys(resolve(here, file), action)));
  const keys = files.length > 0 ? given.flat() : await trustedKeys(await configured(resolve(projectDir(), `Pulumi.${stack}.yaml`)), action);
  if (keys.length > 0) return keys;
  const hint = "give the public key of whoever sealed the releases: --key FILE (gpg --armor --export <key>), or set imagefleet:seal.key or imagefleet:seal.trust in the stack";
  throw new FleetError({ action, cause: "no key is known whose seals count", hint });
}

async function configured(file: string): Promise<SealConfig> {
  const text = await ifPresent(readFile(file, "utf8"));
  try {
    const config = text === undefined ? undefined : (parse(text) as { config?: Record<string, unknown> } | null)?.config;
    // Nothing is made while verifying.
    return { ...sealSchema.parse(config?.["imagefleet:seal"] ?? {}), createKey: false };
  } catch (error) {
    const cause = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    throw new FleetError({ action, place: file, cause, hint: "mend imagefleet:seal there, or give the keys with --key FILE" }, { cause: error });
  }
}
