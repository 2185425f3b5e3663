import { randomBytes } from "node:crypto";
import type { Answer, Call } from "../strict-proxy.ts";
import type { FakeGcs } from "./fake-gcs.ts";
import { GoogleError } from "./google-error.ts";

interface Session {
  readonly bucket: string;
  readonly metadata: Record<string, unknown> & { readonly name: string; readonly crc32c?: string; readonly md5Hash?: string };
  readonly generation: string | null;
  readonly bytes: number | undefined;
  readonly chunks: Buffer[];
  received: number;
  object?: Answer;
  ended?: true;
}

interface Range {
  readonly from: number;
  /** Undefined: more follows. */
  readonly total: number | undefined;
}

/** What Cloud Storage keeps of a chunk is whole such pieces. */
const piece = 256 * 2 ** 10;

/** Resumable uploads by Cloud Storage's rules; what is whole goes to the fake server. */
export class UploadSessions {
  readonly #gcs: FakeGcs;
  readonly #sessions = new Map<string, Session>();

  constructor(gcs: FakeGcs) {
    this.#gcs = gcs;
  }

  /** Sessions that have been begun. */
  get begun(): number {
    return this.#sessions.size;
  }

  /** Bytes of uploads that were neither finished nor given up. */
  get kept(): number {
    return [...this.#sessions.values()].filter(({ ended, object }) => !ended && !object).reduce((sum, { received }) => sum + received, 0);
  }

  /** A week passes for all that are open. */
  expire(): void {
    for (const session of this.#sessions.values()) session.ended = true;
  }

  async begin({ url, headers, body }: Call, bucket: string): Promise<Answer> {
    const metadata = (body.length ? JSON.parse(body.toString()) : {}) as Record<string, unknown>;
    const name = url.searchParams.get("name") ?? metadata.name;
    if (typeof name !== "string" || name === "") throw new GoogleError(400, "required", "Required parameter: name");
    const generation = url.searchParams.get("ifGenerationMatch");
    await this.#precondition(bucket, name, generation);
    const declared = headers["x-upload-content-length"];
    const id = randomBytes(32).toString("base64url");
    this.#sessions.set(id, { bucket, metadata: { ...metadata, name, contentType: metadata.contentType ?? headers["x-upload-content-type"] }, generation, bytes: declared === undefined ? undefined : Number(declared), chunks: [], received: 0 });
    const location = new URL(url.href);
    location.searchParams.set("upload_id", id);
    return { status: 200, headers: { location: location.href, "x-guploader-uploadid": id } };
  }

  async put(call: Call, id: string): Promise<Answer> {
    const session = this.#sessions.get(id);
    if (!session) throw new GoogleError(404, "notFound", "Upload session not found.");
    if (call.method === "DELETE") return this.#drop(session);
    if (session.ended) throw new GoogleError(410, "uploadBroken", "Upload session has expired.");
    if (session.object) return session.object;
    const range = contentRange(call);
    if (call.headers["content-range"]?.startsWith("bytes *") && call.body.length) throw new GoogleError(400, "badRequest", "A question for the status has no body.");
    if (range && session.bytes !== undefined && range.total !== undefined && range.total !== session.bytes) throw new GoogleError(400, "badRequest", `The total size ${range.total} differs from X-Upload-Content-Length ${session.bytes}.`);
    if (range) this.#take(session, range, call);
    if (session.received < (range ? (range.total ?? Infinity) : session.bytes ?? 0)) return { status: 308, headers: { ...(session.received && { range: `bytes=0-${session.received - 1}` }), "x-http-status-code-override": "308" } };
    session.object = await this.#finish(session, call);
    return session.object;
  }

  #drop(session: Session): Answer {
    session.ended = true;
    session.chunks.length = 0;
    return { status: 499, body: "" };
  }

  #take(session: Session, { from, total }: Range, { body, cut }: Call): void {
    const end = from + body.length;
    if (from > session.received) throw new GoogleError(503, "text", `Invalid request.  According to the Content-Range header, the upload offset is ${from} byte(s), which exceeds already uploaded size of ${session.received} byte(s).`);
    const last = total !== undefined && end === total;
    if (!cut && !last && body.length > 0 && body.length < piece) throw new GoogleError(400, "badRequest", `Invalid request.  The number of bytes uploaded is required to be equal or greater than 262144, except for the final request (it's recommended to be the exact multiple of 262144).  The received request contained ${body.length} bytes, which does not meet this requirement.`);
    const keep = last ? end : end - (end % piece);
    if (keep <= session.received) return;
    session.chunks.push(body.subarray(session.received - from, keep - from));
    session.received = keep;
  }

  async #finish(session: Session, call: Call): Promise<Answer> {
    const { bucket, metadata: { crc32c, md5Hash, ...metadata }, generation } = session;
    await this.#precondition(bucket, metadata.name as string, generation);
    const query = new URLSearchParams({ uploadType: "multipart", name: metadata.name as string });
    const boundary = randomBytes(16).toString("hex");
    const head = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n--${boundary}\r\ncontent-type: ${String(metadata.contentType ?? "application/octet-stream")}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), ...session.chunks, Buffer.from(`\r\n--${boundary}--`)]);
    session.chunks.length = 0;
    const stored = await this.#gcs.call("POST", `/upload/storage/v1/b/${bucket}/o?${query}`, { "content-type": `multipart/related; boundary=${boundary}` }, body);
    if (stored.status !== 200) return stored;
    const object = JSON.parse(stored.body.toString()) as { crc32c: string; md5Hash: string };
    const declared = { crc32c, md5Hash, ...googHash(call) };
    for (const [name, value] of Object.entries({ crc32c: object.crc32c, md5Hash: object.md5Hash })) {
      const said = declared[name as keyof typeof declared];
      if (said === undefined || said === value) continue;
      await this.#gcs.call("DELETE", objectPath(bucket, metadata.name as string));
      session.ended = true;
      throw new GoogleError(400, "invalid", `Provided ${name === "crc32c" ? "CRC32C" : "MD5 hash"} "${said}" doesn't match calculated ${name === "crc32c" ? "CRC32C" : "MD5 hash"} "${value}".`);
    }
    return stored;
  }

  async #precondition(bucket: string, name: string, generation: string | null): Promise<void> {
    if (generation === null) return;
    const { status, body } = await this.#gcs.call("GET", objectPath(bucket, name));
    const now = status === 200 ? String((JSON.parse(body.toString()) as { generation: string }).generation) : "0";
    if (now !== generation) throw new GoogleError(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
  }
}

export function objectPath(bucket: string, name: string): string {
  return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}

/** @returns undefined: the body is the whole object. */
function contentRange({ headers, body, cut }: Call): Range | undefined {
  const text = headers["content-range"];
  if (text === undefined) return { from: 0, total: cut ? undefined : body.length };
  const [, from, to, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(text) ?? [];
  if (total === undefined) throw new GoogleError(400, "badRequest", `Failed to parse Content-Range header: ${text}`);
  const whole = total === "*" ? undefined : Number(total);
  if (from === undefined || to === undefined) return { from: 0, total: whole };
  if (!cut && Number(to) - Number(from) + 1 !== body.length) throw new GoogleError(400, "badRequest", `The Content-Range header says ${text}, the body has ${body.length} bytes.`);
  return { from: Number(from), total: whole };
}

function googHash({ headers }: Call): { crc32c?: string; md5Hash?: string } {
  const parts = String(headers["x-goog-hash"] ?? "").split(",").map((part) => part.trim());
  const value = (name: string): string | undefined => parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const [crc32c, md5Hash] = [value("crc32c"), value("md5")];
  return { ...(crc32c !== undefined && { crc32c }), ...(md5Hash !== undefined && { md5Hash }) };
}
