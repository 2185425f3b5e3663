import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { FleetError } from "#model/errors";
import type { SealConfig } from "#model/gates";
import { ifPresent } from "#store/errors";
import { createKeyFile } from "#providers/seal/create-key-file";
import { keepPublicPart } from "#providers/seal/public-part";
import { projectDir } from "#providers/shared/project";

/** A private key as it was found, locked or not. */
export interface KeySource {
  /** Armored, or the binary form that gpg exports without --armor. */
  readonly content: Buffer;
  /** For messages: an environment variable or a file. */
  readonly place: string;
}

export const keyVariable = "IMAGEFLEET_SIGNING_KEY";
export const keyFileVariable = "IMAGEFLEET_SIGNING_KEY_FILE";

const howToGiveKey = `put the output of \`gpg --armor --export-secret-keys <key>\` into ${keyVariable}, or name its file in ${keyFileVariable} or imagefleet:seal.key; for trying things out, set imagefleet:seal.createKey to true`;

/** @throws FleetError where no key is named, or the one that is named cannot be read or is open to others */
export async function findKey(config: SealConfig, action: string): Promise<KeySource> {
  const found = await presentKey(config, action);
  if (found) return found;
  const path = keyFile(config);
  if (path === undefined) throw new FleetError({ action, cause: "there is no key to sign with", hint: howToGiveKey });
  if (!config.createKey) throw new FleetError({ action, place: path, cause: "there is no such key file", hint: howToGiveKey });
  await createKeyFile(path);
  return (await fromFile(path, action))!;
}

/** The key that the environment or the configuration names, if it is there. */
export async function presentKey(config: SealConfig, action: string): Promise<KeySource | undefined> {
  const text = process.env[keyVariable];
  if (text) return { content: Buffer.from(text), place: keyVariable };
  const path = keyFile(config);
  if (path === undefined) return undefined;
  const found = await fromFile(path, action);
  if (found && config.createKey) await keepPublicPart(path, found.content);
  if (found || config.createKey || !process.env[keyFileVariable]) return found;
  throw new FleetError({ action, place: path, cause: `there is no such key file, which ${keyFileVariable} names`, hint: howToGiveKey });
}

/** Absolute path of the key file that the environment, else the configuration names. */
export function keyFile({ key }: SealConfig): string | undefined {
  const named = process.env[keyFileVariable] || key;
  return named === undefined ? undefined : resolve(projectDir(), named);
}

async function fromFile(place: string, action: string): Promise<KeySource | undefined> {
  try {
    const stats = await ifPresent(stat(place));
    if (!stats) return undefined;
    // A pipe (process substitution, a secret manager's file descriptor) has no mode that means anything.
    if (stats.isFile() && (stats.mode & 0o077) !== 0) {
      const cause = `the key file can be read by others (mode ${(stats.mode & 0o777).toString(8)})`;
      throw new FleetError({ action, place, cause, hint: `chmod 600 ${place}; if others could have copied it, make a new key` });
    }
    return { content: await readFile(place), place };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const cause = `the key file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new FleetError({ action, place, cause, hint: "give this user, and nobody else, the right to read it" }, { cause: error });
  }
}
