import { constants, createHash, createPrivateKey, createPublicKey, createSign, type KeyObject } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";

export interface SignRequest {
  readonly file: string;
  /** Path of the private key: it is read here and stays here. */
  readonly keyPath: string;
}

export type SignReply = { readonly signature: string; readonly fingerprint: string } | { readonly problem: string };

const chunkBytes = 4 * 1024 * 1024;

async function sign({ file, keyPath }: SignRequest): Promise<SignReply> {
  const key = privateKey(keyPath);
  if (typeof key === "string") return { problem: key };
  const signer = createSign("sha256");
  await pipeline(createReadStream(file, { highWaterMark: chunkBytes }), signer);
  const signature = signer.sign({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN }, "base64");
  return { signature, fingerprint: createHash("sha256").update(createPublicKey(key).export({ type: "spki", format: "der" })).digest("hex") };
}

/** @returns the key, or what is wrong with it: messages of OpenSSL hold nothing of a key. */
function privateKey(path: string): KeyObject | string {
  try {
    const key = createPrivateKey(readFileSync(path));
    return key.asymmetricKeyType === "rsa" ? key : `it is a key of the type ${key.asymmetricKeyType}`;
  } catch (error) {
    return (error as Error).message;
  }
}

parentPort?.postMessage(await sign(workerData as SignRequest));
