import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { generateKey } from "openpgp";
import { FleetError } from "#model/errors";
import { linkIfAbsent, writeDurably } from "#store/durable";
import { keepPublicPart } from "#providers/seal/public-part";

/** Names the purpose, not a person: the fingerprint is the identity. */
const userId = { name: "imagefleet", comment: "release signing key of this stack" };

/**
 * Makes an ed25519 key without a passphrase, readable by this user only, and its public part beside it. Of several
 * processes that do so at once, one makes the key and all use it.
 * @throws FleetError where it cannot be written
 */
export async function createKeyFile(path: string): Promise<void> {
  try {
    await makeKeyFile(path);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new FleetError({ action: "make a signing key", place: path, cause, hint: "name a file in a directory that this user may write to: imagefleet:seal.key" }, { cause: error });
  }
}

async function makeKeyFile(path: string): Promise<void> {
  // The old form of ed25519 keys: gpg before 2.5 cannot read those of RFC 9580.
  const { privateKey } = await generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [userId], subkeys: [], format: "object" });
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeDurably(temporary, privateKey.armor(), 0o600);
    const won = await linkIfAbsent(temporary, path);
    if (won) console.log(`[seal] made a signing key for trying things out, without a passphrase: ${path} (${privateKey.getFingerprint().toUpperCase()})`);
  } finally {
    await rm(temporary, { force: true });
  }
  await keepPublicPart(path, await readFile(path));
}
