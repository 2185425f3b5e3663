import { decryptKey, readKey, type Key, type PrivateKey } from "openpgp";
import { FleetError } from "#model/errors";
import type { KeySource } from "#providers/seal/key-source";

const passphraseVariable = "IMAGEFLEET_SIGNING_PASSPHRASE";

/** Reads a private key, opens it and proves that it may sign today. @throws FleetError */
export async function unlockedKey({ content, place }: KeySource, passphrase: string | undefined, action: string): Promise<PrivateKey> {
  const refuse = (cause: string, hint: string, error?: unknown) => new FleetError({ action, place, cause, hint }, { cause: error });
  const key = await parseKey(content).catch((error: unknown) => {
    throw refuse("it is no OpenPGP key", "export it again: gpg --armor --export-secret-keys <key>", error);
  });
  if (!key.isPrivate()) throw refuse("it is a public key: it can verify, not sign", "export the private one: gpg --armor --export-secret-keys <key>");
  await requireFit(key, refuse);
  if (key.isDecrypted()) return key;
  if (!passphrase) throw refuse("the key is protected by a passphrase", `set ${passphraseVariable} in the environment`);
  return decryptKey({ privateKey: key, passphrase }).catch((error: unknown) => {
    throw refuse(`the passphrase in ${passphraseVariable} does not open it`, `set ${passphraseVariable} to this key's passphrase`, error);
  });
}

/** Reads one key, armored or binary. */
export async function parseKey(content: Buffer): Promise<Key> {
  const armored = content.subarray(0, 4096).includes("-----BEGIN PGP");
  return armored ? readKey({ armoredKey: content.toString() }) : readKey({ binaryKey: content });
}

async function requireFit(key: PrivateKey, refuse: (cause: string, hint: string, error?: unknown) => FleetError): Promise<void> {
  const another = "sign with another key, and add its public part to imagefleet:seal.trust of the stacks that verify";
  const name = key.getFingerprint().toUpperCase();
  if (await key.isRevoked()) throw refuse(`the key ${name} is revoked`, another);
  const expiry = await key.getExpirationTime();
  if (expiry instanceof Date && expiry.getTime() <= Date.now()) {
    throw refuse(`the key ${name} expired on ${expiry.toISOString().slice(0, 10)}`, `extend it (gpg --quick-set-expire ${name} 1y) and export it again, or ${another}`);
  }
  await key.getSigningKey().catch((error: unknown) => {
    const cause = `the key ${name} cannot sign: ${error instanceof Error ? error.message : String(error)}`;
    throw refuse(cause, "use a key, or one with a subkey, that is meant for signing: gpg --quick-add-key <key> ed25519 sign", error);
  });
}
