import { gzipSync } from "node:zlib";
import { text } from "node:stream/consumers";
import got from "got";
import { pack } from "tar-stream";
import { sparseHeader } from "#providers/disk-format/tar/sparse-header";
import type { Gcp } from "./start-gcp.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what they asked for
  readonly json: any;
}

/** A plain client of the tests' Google Cloud, which sends what it is told to. */
export class GcpClient {
  readonly #gcp: Gcp;

  constructor(gcp: Gcp) {
    this.#gcp = gcp;
  }

  storage(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: Buffer | object): Promise<Reply> {
    return this.#send(method, path.startsWith("http") ? path : this.#gcp.storage.url + path, headers, body);
  }

  /** @param path below `images`. */
  compute(method: string, path = "", body?: object): Promise<Reply> {
    return this.#send(method, `${this.#gcp.env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT}projects/${this.#gcp.site.project}/global/images${path}`, {}, body);
  }

  /** @returns address of the session. */
  async begin(name: string, query: Readonly<Record<string, string>> = {}, metadata: object = {}): Promise<Reply & { session: string }> {
    const reply = await this.storage("POST", `/upload/storage/v1/b/${this.#gcp.site.bucket}/o?${new URLSearchParams({ uploadType: "resumable", name, ...query })}`, {}, metadata);
    return { ...reply, session: String(reply.headers.location) };
  }

  chunk(session: string, from: number, bytes: Buffer, total: number | "*", headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.storage("PUT", session, { "content-range": bytes.length ? `bytes ${from}-${from + bytes.length - 1}/${total}` : `bytes */${total}`, ...headers }, bytes);
  }

  async upload(name: string, bytes: Buffer): Promise<void> {
    const { session } = await this.begin(name);
    const reply = await this.chunk(session, 0, bytes, bytes.length);
    if (reply.status !== 200) throw new Error(`${name}: ${reply.status} ${reply.text}`);
  }

  /** What came of an operation in the end. */
  async done({ status, text: said, json }: Reply): Promise<{ error?: { errors: { message: string }[] } }> {
    if (status !== 200) throw new Error(`${status} ${said}`);
    for (;;) {
      const { json: operation } = await this.compute("GET", `/../operations/${json.name}`);
      if (operation.status === "DONE") return operation;
    }
  }

  async #send(method: string, url: string, headers: Readonly<Record<string, string>>, body?: Buffer | object): Promise<Reply> {
    const content = Buffer.isBuffer(body) ? { body } : body && { json: body };
    const reply = await got(url, { method: method as "PUT", headers: { authorization: `Bearer ${this.#gcp.metadata.token()}`, ...headers }, ...content, throwHttpErrors: false, followRedirect: false, retry: { limit: 0 }, timeout: { request: 10_000 } });
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, json: /^\s*\{/.test(reply.body) ? JSON.parse(reply.body) : undefined };
  }
}

/** A disk of so many bytes with nothing on it, as a sparse file. */
export function sparseArchive(realBytes = 2 ** 30, name = "disk.raw"): Buffer {
  return gzipSync(Buffer.concat([sparseHeader({ name, realBytes, extents: [{ start: 0, length: 512 }] }), Buffer.alloc(512, 1), Buffer.alloc(1024)]));
}

/** An archive that is not in GNU's format. */
export async function ustarArchive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "disk.raw" }, "disk");
  tar.finalize();
  return gzipSync(await text(tar));
}
