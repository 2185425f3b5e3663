import { createHash } from "node:crypto";
import got, { type OptionsOfTextResponseBody } from "got";
import type { Azure } from "./start-azure.ts";
import { readFileSync } from "node:fs";

export interface Reply {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what they asked for
  readonly json: any;
}

/** A plain client of the tests' Azure, which sends what it is told to. */
export class AzureClient {
  readonly #azure: Azure;
  readonly #ca: string;

  constructor(azure: Azure) {
    this.#azure = azure;
    this.#ca = readFileSync(azure.env.NODE_EXTRA_CA_CERTS!, "utf8");
  }

  get group(): string {
    return `/subscriptions/${this.#azure.site.subscription}/resourceGroups/${this.#azure.site.resourceGroup}`;
  }

  blob(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: Buffer): Promise<Reply> {
    return this.#send(this.#azure.blobEndpoint + path, { method: method as "PUT", headers: { authorization: `Bearer ${this.#azure.identity.token("https://storage.azure.com")}`, "x-ms-version": "2024-11-04", ...headers }, body });
  }

  /** @param path below the subscription's resource group, or whole. */
  arm(method: string, path: string, body?: object, version = "2024-03-03"): Promise<Reply> {
    const url = path.startsWith("http") ? new URL(path) : new URL((path.startsWith("/subscriptions") ? "" : `${this.group}/`) + path, this.#azure.arm.url);
    if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", version);
    return this.#send(url.href, { method: method as "PUT", headers: { authorization: `Bearer ${this.#azure.identity.token(`${this.#azure.arm.url}/`)}` }, ...(body && { json: body }) });
  }

  /** PUT, and what came of it in the end. */
  async make(path: string, body: object, version?: string): Promise<{ status: string; error?: { code: string; message: string } }> {
    const reply = await this.arm("PUT", path, body, version);
    if (reply.status > 201) throw new Error(`${reply.status} ${reply.text}`);
    for (;;) {
      const { json } = await this.arm("GET", String(reply.headers["azure-asyncoperation"]));
      if (json.status !== "InProgress") return json;
    }
  }

  /** Makes a page blob and sends the bytes. */
  async upload(path: string, bytes: Buffer): Promise<void> {
    const made = await this.blob("PUT", path, { "x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": String(bytes.length) });
    const step = 4 * 2 ** 20;
    const sent = [made];
    for (let at = 0; at < bytes.length; at += step) sent.push(await this.pages(path, at, bytes.subarray(at, at + step)));
    const bad = sent.find(({ status }) => status !== 201);
    if (bad) throw new Error(`${path}: ${bad.status} ${bad.text}`);
  }

  pages(path: string, offset: number, bytes: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.blob("PUT", `${path}?comp=page`, { "x-ms-page-write": "update", "x-ms-range": `bytes=${offset}-${offset + bytes.length - 1}`, "content-md5": md5(bytes), ...headers }, bytes);
  }

  async #send(url: string, options: OptionsOfTextResponseBody): Promise<Reply> {
    const reply = await got(url, { ...options, throwHttpErrors: false, retry: { limit: 0 }, timeout: { request: 10_000 }, https: { certificateAuthority: this.#ca } });
    const json = /json/.test(reply.headers["content-type"] ?? "") && reply.body ? JSON.parse(reply.body) : undefined;
    return { status: reply.statusCode, code: (reply.headers["x-ms-error-code"] as string | undefined) ?? json?.error?.code, headers: reply.headers, text: reply.body, json };
  }
}

export function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64");
}

/** A fixed VHD with nothing on it. */
export function emptyVhd(bytes = 2 ** 20): Buffer {
  const footer = Buffer.alloc(512);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x10000, 12);
  footer.fill(0xff, 16, 24);
  footer.writeBigUInt64BE(BigInt(bytes), 40);
  footer.writeBigUInt64BE(BigInt(bytes), 48);
  footer.writeUInt32BE(2, 60);
  let sum = 0;
  for (const byte of footer) sum += byte;
  footer.writeUInt32BE(~sum >>> 0, 64);
  return Buffer.concat([Buffer.alloc(bytes), footer]);
}
