import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PrivateKey } from "openpgp";
import type { SealConfig } from "#model/gates";
import { FleetError } from "#model/errors";
import { findKey } from "#providers/seal/key-source";
import { unlockedKey } from "#providers/seal/unlocked-key";

/** The private key of whoever approves: the file that is given, else the one that this user signs with. */
export async function approverKey(file: string | undefined, seal: SealConfig, action: string): Promise<PrivateKey> {
  const source = file === undefined ? await findKey({ ...seal, createKey: false }, action) : await given(file, action);
  return unlockedKey(source, process.env["IMAGEFLEET_SIGNING_PASSPHRASE"], action);
}

async function given(file: string, action: string) {
  const place = resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
  const content = await readFile(place).catch((error: Error) => {
    throw new FleetError({ action, place, cause: `the key file cannot be read: ${error.message}`, hint: "name the file with your private key: --key FILE (gpg --armor --export-secret-keys <key>)" });
  });
  return { content, place };
}
