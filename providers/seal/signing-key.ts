import { createMessage, sign, type PrivateKey } from "openpgp";
import type { SealConfig } from "#model/gates";
import { findKey } from "#providers/seal/key-source";
import { unlockedKey } from "#providers/seal/unlocked-key";

/** The key that releases are sealed with. The private part stays inside: nothing of it can be printed or stored by accident. */
export interface SigningKey {
  /** OpenPGP fingerprint of the primary key, 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** The public part, armored: what verifies the seals. */
  readonly publicKey: string;
  /** Detached, armored OpenPGP signature over the bytes as they are (text is UTF-8). */
  sign(content: string | Uint8Array): Promise<string>;
}

/**
 * The stack's signing key, ready to sign: IMAGEFLEET_SIGNING_KEY (the armored key itself), else IMAGEFLEET_SIGNING_KEY_FILE,
 * else `imagefleet:seal.key`; IMAGEFLEET_SIGNING_PASSPHRASE opens a protected one.
 * @param action what the key is wanted for, such as `seal debian-12@2026.1101.1`
 * @throws FleetError where there is no key, or one that must not or cannot sign
 */
export async function signingKey(config: SealConfig, action: string): Promise<SigningKey> {
  const key = await unlockedKey(await findKey(config, action), process.env["IMAGEFLEET_SIGNING_PASSPHRASE"], action);
  return asSigningKey(key);
}

export function asSigningKey(key: PrivateKey): SigningKey {
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    publicKey: key.toPublic().armor(),
    sign: async (content) => sign({ message: await createMessage({ binary: Buffer.from(content) }), signingKeys: key, detached: true, format: "armored" }),
  };
}
