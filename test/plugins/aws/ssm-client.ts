import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsClient } from "./client.ts";

export class SsmError extends Error {}

/** Asks Systems Manager, whose client the project has no other use for. */
export async function ssm<T>({ credentials, region: main }: AwsClient, region: unknown, operation: string, input: object): Promise<T> {
  const place = typeof region === "string" && region ? region : main;
  const url = new URL(process.env["AWS_ENDPOINT_URL_SSM"] ?? process.env["AWS_ENDPOINT_URL"] ?? `https://ssm.${place}.amazonaws.com`);
  const body = JSON.stringify(input);
  const headers = { host: url.host, "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${operation}` };
  const signer = new SignatureV4({ service: "ssm", region: place, credentials, sha256: Sha256 });
  const signed = await signer.sign({ method: "POST", protocol: url.protocol, hostname: url.hostname, path: "/", query: {}, headers, body } as Parameters<SignatureV4["sign"]>[0]);
  const answer = await fetch(url, { method: "POST", headers: signed.headers as Record<string, string>, body });
  const said = (await answer.json()) as { __type?: string; message?: string; Message?: string };
  if (answer.ok) return said as T;
  const failure = new SsmError(`operation error SSM: ${operation}, https response error StatusCode: ${answer.status}, ${said.__type}: ${said.message ?? said.Message ?? ""}`);
  failure.name = said.__type?.split("#").at(-1) ?? "Unknown";
  throw failure;
}

/** What the signer wants of a digest. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: Uint8Array | undefined;

  constructor(secret?: unknown) {
    this.#secret = typeof secret === "string" ? Buffer.from(secret) : (secret as Uint8Array | undefined);
    this.#hash = this.#fresh();
  }

  update(data: unknown): void {
    this.#hash.update(data as Uint8Array);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret ? createHmac("sha256", this.#secret) : createHash("sha256");
  }
}
