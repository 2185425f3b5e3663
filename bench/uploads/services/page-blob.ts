import { open } from "node:fs/promises";
import type { Answer, Service, ServiceOptions, Taken } from "../service.ts";

const sectorBytes = 512;
const mostPut = 4 * 2 ** 20;

interface Blob {
  readonly bytes: number;
  readonly ranges: Map<number, number>;
  /** What was said of it, by header. */
  said: Record<string, string>;
  lease: "available" | "leased";
}

/** Azure Storage: containers, and page blobs in them that are made, leased, written in ranges, listed and read. */
export function pageBlobService({ disks }: ServiceOptions): Service {
  const blobs = new Map<string, Blob>();
  return async (request) => {
    if (request.query.get("restype") === "container") return ok("container", 201);
    const blob = blobs.get(request.path);
    if (request.method === "PUT" && request.headers["x-ms-blob-type"] === "PageBlob") return create(request, blobs);
    if (!blob) return { operation: "unknown", status: 404, headers: { "x-ms-error-code": "BlobNotFound" } };
    if (request.method === "PUT") return change(request, blob);
    if (request.method === "DELETE") return blobs.delete(request.path) ? ok("delete", 202) : ok("delete", 404);
    if (request.query.get("comp") === "pagelist") return pageList(blob);
    return request.method === "HEAD" ? { ...ok("properties", 200), headers: describe(blob) } : read(request, blob, disks[0]!);
  };
}

function create(request: Taken, blobs: Map<string, Blob>): Answer {
  if (blobs.has(request.path) && request.headers["if-none-match"] === "*") return { operation: "create", status: 409, headers: { "x-ms-error-code": "BlobAlreadyExists" } };
  blobs.set(request.path, { bytes: Number(request.headers["x-ms-blob-content-length"]), ranges: new Map(), said: said(request), lease: "available" });
  return ok("create", 201);
}

function change(request: Taken, blob: Blob): Answer {
  const comp = request.query.get("comp") ?? "";
  if (comp === "page") return put(request, blob);
  if (comp === "lease") return lease(request, blob);
  if (comp === "metadata" || comp === "properties") blob.said = { ...blob.said, ...said(request) };
  return ok(comp, 200);
}

function put({ headers, bytes }: Taken, { ranges, bytes: size }: Blob): Answer {
  const [start, end] = rangeOf(headers["x-ms-range"] ?? headers["range"]);
  const length = end - start + 1;
  const clear = headers["x-ms-page-write"] === "clear";
  if (start % sectorBytes !== 0 || length % sectorBytes !== 0 || end >= size || (!clear && (length !== bytes || length > mostPut))) return { operation: "refused", status: 416, headers: { "x-ms-error-code": "InvalidPageRange" } };
  if (!clear) ranges.set(start, length);
  const md5 = headers["content-md5"];
  return { ...ok("page", 201, { "x-ms-blob-sequence-number": "0", ...(typeof md5 === "string" ? { "content-md5": md5 } : {}) }), data: bytes };
}

function lease({ headers }: Taken, blob: Blob): Answer {
  const action = String(headers["x-ms-lease-action"]);
  blob.lease = action === "release" || action === "break" ? "available" : "leased";
  const id = headers["x-ms-proposed-lease-id"] ?? headers["x-ms-lease-id"] ?? "00000000-0000-4000-8000-000000000000";
  return ok(`lease-${action}`, { acquire: 201, break: 202 }[action] ?? 200, { "x-ms-lease-id": String(id) });
}

function pageList({ ranges, bytes }: Blob): Answer {
  const list = [...ranges].sort(([a], [b]) => a - b).map(([start, length]) => `<PageRange><Start>${start}</Start><End>${start + length - 1}</End></PageRange>`);
  return { ...ok("pagelist", 200, { "content-type": "application/xml", "x-ms-blob-content-length": String(bytes) }), body: `<?xml version="1.0" encoding="utf-8"?><PageList>${list.join("")}</PageList>` };
}

async function read({ headers }: Taken, blob: Blob, disk: string): Promise<Answer> {
  const [start, end] = rangeOf(headers["x-ms-range"] ?? headers["range"]);
  const body = Buffer.alloc(end - start + 1);
  const handle = await open(disk);
  await handle.read(body, 0, body.length, start).finally(() => handle.close());
  return { operation: "get", status: 206, headers: { ...describe(blob), "content-length": String(body.length), "content-range": `bytes ${start}-${end}/${blob.bytes}` }, body };
}

/** Metadata and properties of a request, by the header that an answer has them in. */
function said({ headers }: Taken): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => (typeof value !== "string" ? [] : name.startsWith("x-ms-meta-") ? [[name, value]] : name === "x-ms-blob-content-md5" ? [["content-md5", value]] : []));
  return Object.fromEntries(entries) as Record<string, string>;
}

function describe({ bytes, said: known, lease: state }: Blob): Record<string, string> {
  return { ...ok("", 200).headers, ...known, "content-length": String(bytes), "x-ms-blob-type": "PageBlob", "x-ms-lease-state": state, "x-ms-lease-status": state === "leased" ? "locked" : "unlocked", "x-ms-server-encrypted": "true" };
}

function rangeOf(header: string | string[] | undefined): [number, number] {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(String(header)) ?? [];
  return [Number(start), Number(end)];
}

function ok(operation: string, status: number, headers: Record<string, string> = {}): Answer {
  return { operation, status, headers: { etag: '"0x8D0000000000000"', "last-modified": "Sun, 01 Nov 2026 00:00:00 GMT", "x-ms-version": "2025-05-05", "x-ms-request-id": "0", ...headers } };
}
