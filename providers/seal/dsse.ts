import type { SigningKey } from "#providers/seal/signing-key";
import { z } from "zod";

export const payloadType = "application/vnd.in-toto+json";

const schema = z.strictObject({
  payload: z.base64(),
  payloadType: z.literal(payloadType),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).nonempty(),
});

/** A DSSE envelope, opened: what was signed, and who says so. Nothing is verified yet. */
export interface Envelope {
  readonly payload: Buffer;
  /** What the signatures are over. */
  readonly signed: Buffer;
  readonly signatures: readonly { readonly keyid: string; readonly armored: string }[];
}

/**
 * The pre-authentication encoding of DSSE v1: what is signed says also what type the payload is of, and where each part ends.
 * https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md
 */
export function preAuthenticationEncoding(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/**
 * A statement in an envelope, as the text of its file. `sig` is the base64 of a detached armored OpenPGP signature, `keyid` the
 * fingerprint of the key: DSSE leaves both to those who sign.
 */
export async function sealedEnvelope(statement: object, key: SigningKey): Promise<string> {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = Buffer.from(await key.sign(preAuthenticationEncoding(payloadType, payload))).toString("base64");
  return `${JSON.stringify({ payload: payload.toString("base64"), payloadType, signatures: [{ keyid: key.fingerprint, sig }] }, null, 2)}\n`;
}

/** @returns undefined where the text is no such envelope */
export function openEnvelope(text: string): Envelope | undefined {
  try {
    const { payload: encoded, signatures } = schema.parse(JSON.parse(text));
    const payload = Buffer.from(encoded, "base64");
    return {
      payload,
      signed: preAuthenticationEncoding(payloadType, payload),
      signatures: signatures.map(({ keyid, sig }) => ({ keyid, armored: Buffer.from(sig, "base64").toString() })),
    };
  } catch {
    return undefined;
  }
}
