import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readKey, readKeys, type Key } from "openpgp";
import { FleetError } from "#model/errors";
import type { SealConfig } from "#model/gates";
import { ifPresent } from "#store/errors";
import { keyFile, presentKey } from "#providers/seal/key-source";
import { publicKeyFile } from "#providers/seal/public-part";
import { parseKey } from "#providers/seal/unlocked-key";
import { projectDir } from "#providers/shared/project";

/** The public keys whose seals count. */
export type TrustedKeys = readonly Key[];

/**
 * Whose seals a stack accepts: its signing key's (of which the public part is enough: `signing-key.pub.asc` beside where
 * `imagefleet:seal.key` says the key is), and those of `imagefleet:seal.trust`.
 * @throws FleetError where a file that is named is missing or holds no key
 */
export async function trustedKeys(config: SealConfig, action: string): Promise<TrustedKeys> {
  const own = await ownKey(config, action);
  const others = await Promise.all(config.trust.map((file) => publicKeys(resolve(projectDir(), file), action)));
  return [...(own ? [own] : []), ...others.flat()];
}

/** All keys of a file: armored (several blocks, too) or binary. Of a private key, its public part. @throws FleetError */
export async function publicKeys(place: string, action: string): Promise<Key[]> {
  try {
    const keys = await parseKeys(await readFile(place));
    if (keys.length === 0) throw new Error("it holds no key");
    return keys.map((key) => key.toPublic());
  } catch (error) {
    const cause = `it cannot be read as a public key: ${error instanceof Error ? error.message : String(error)}`;
    throw new FleetError({ action, place, cause, hint: "export it again: gpg --armor --export <key>" }, { cause: error });
  }
}

async function ownKey(config: SealConfig, action: string): Promise<Key | undefined> {
  const source = await presentKey(config, action);
  if (source) {
    const key = await parseKey(source.content).catch((error: unknown) => {
      throw new FleetError({ action, place: source.place, cause: "it is no OpenPGP key", hint: "export it again: gpg --armor --export-secret-keys <key>" }, { cause: error });
    });
    return key.toPublic();
  }
  const path = keyFile(config);
  const beside = path === undefined ? undefined : publicKeyFile(path);
  return beside !== undefined && (await ifPresent(readFile(beside))) ? (await publicKeys(beside, action))[0] : undefined;
}

async function parseKeys(content: Buffer): Promise<Key[]> {
  const blocks = content.toString("latin1").match(/-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g);
  if (!blocks) return readKeys({ binaryKeys: content });
  const keys = await Promise.all(blocks.map(async (armoredKeys) => (armoredKeys.includes(" PRIVATE ") ? [await readKey({ armoredKey: armoredKeys })] : readKeys({ armoredKeys }))));
  return keys.flat();
}
