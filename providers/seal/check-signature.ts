import { createMessage, readSignature, SignaturePacket, verify, type Key } from "openpgp";
import type { TrustedKeys } from "#providers/seal/trusted-keys";

/** What a detached signature is worth. */
export type SignatureVerdict =
  | { readonly good: true; readonly fingerprint: string }
  | { readonly good: false; readonly problem: "bad signature" | "unknown key"; readonly detail: string; readonly hint?: string };

/** Clocks of builders and verifiers may differ by this much. */
const clockToleranceMs = 24 * 3600_000;

/**
 * Checks a detached armored signature over `content`: one good signature by a trusted key is enough. A key counts for what it
 * signed before it expired or was superseded, and for nothing once it is known as compromised.
 */
export async function checkSignature(content: Uint8Array, armored: string, trusted: TrustedKeys): Promise<SignatureVerdict> {
  const signature = await readSignature({ armoredSignature: armored }).catch(() => undefined);
  const packets = signature?.packets.filter((packet) => packet instanceof SignaturePacket) ?? [];
  if (!signature || packets.length === 0) return { good: false, problem: "bad signature", detail: "it holds no OpenPGP signature" };
  const signatures = await verify({
    message: await createMessage({ binary: content }),
    signature,
    verificationKeys: [...trusted],
    date: new Date(Date.now() + clockToleranceMs),
    // gpg renews a key's self-signature when its expiry is moved: what was signed before stays good.
    config: { allowInsecureVerificationWithReformattedKeys: true },
  }).then((result) => result.signatures, () => undefined);
  if (!signatures) return { good: false, problem: "bad signature", detail: "it holds no signature over a file" };
  let problem: { detail: string; key: Key } | undefined;
  for (const { keyID, verified } of signatures) {
    const key = trusted.find((candidate) => candidate.getKeys(keyID).length > 0);
    if (!key) continue;
    const failure = await verified.then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (failure === undefined) return { good: true, fingerprint: fingerprintOf(key) };
    problem = { detail: failure, key };
  }
  return problem ? bad(problem) : unknown(packets, trusted);
}

export function fingerprintOf(key: Key): string {
  return key.getFingerprint().toUpperCase();
}

function bad({ detail, key }: { detail: string; key: Key }): SignatureVerdict {
  return { good: false, problem: "bad signature", detail: `the signature by ${fingerprintOf(key)} does not hold: ${detail.replace(/^Error verifying signature: /i, "")}` };
}

function unknown(packets: readonly SignaturePacket[], trusted: TrustedKeys): SignatureVerdict {
  const signers = packets.map(({ issuerFingerprint, issuerKeyID }) => (issuerFingerprint ? Buffer.from(issuerFingerprint).toString("hex") : issuerKeyID.toHex()).toUpperCase() || "nobody");
  const known = trusted.length > 0 ? `the keys that count are ${trusted.map(fingerprintOf).join(", ")}` : "no key is known whose seals count";
  return {
    good: false,
    problem: "unknown key",
    detail: `it is signed by ${signers.join(", ")}; ${known}`,
    hint: "compare the fingerprint with its owner's; if it is right, add the public key to imagefleet:seal.trust, or give it with --key FILE",
  };
}
