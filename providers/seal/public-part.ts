import { randomUUID } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { readKey, readPrivateKey } from "openpgp";
import { writeDurably } from "#store/durable";
import { ifPresent } from "#store/errors";

/** `signing-key.asc` has its public part in `signing-key.pub.asc` beside it. */
export function publicKeyFile(keyFile: string): string {
  return `${withoutExtension(keyFile)}.pub.asc`;
}

/** Writes the public part of a private key's file beside it, unless it is there: a kill may have come between the two. */
export async function keepPublicPart(path: string, content: Buffer): Promise<void> {
  const key = await readPrivateKey({ armoredKey: content.toString() }).then((found) => found.toPublic(), () => undefined);
  const file = publicKeyFile(path);
  const before = await ifPresent(readFile(file, "utf8"));
  if (key === undefined || before === key.armor()) return;
  if (before !== undefined) await setFormerAside(path, before, key.getFingerprint());
  const temporary = `${file}.${randomUUID()}`;
  await writeDurably(temporary, key.armor(), 0o644);
  await rename(temporary, file);
}

/** The private key is another than before: what verifies the former seals may be nowhere else. */
async function setFormerAside(path: string, armoredKey: string, now: string): Promise<void> {
  const fingerprint = await readKey({ armoredKey }).then((key) => key.getFingerprint(), () => undefined);
  if (fingerprint === undefined || fingerprint === now) return;
  const aside = `${withoutExtension(path)}.${fingerprint.toUpperCase()}.pub.asc`;
  await rename(publicKeyFile(path), aside);
  console.log(`[seal] the signing key is another than before; the former one's public part is now ${aside}: add it to imagefleet:seal.trust, so that what it sealed still counts`);
}

function withoutExtension(path: string): string {
  return path.replace(/\.asc$/, "");
}
