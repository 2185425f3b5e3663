import { open, realpath, type FileHandle } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { basename, extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseRange } from "./range.ts";

const types: Record<string, string> = { ".json": "application/json", ".qcow2": "application/x-qemu-disk" };

/**
 * Answers GET and HEAD with a file of the catalog: ranges, and validators for resumed downloads.
 * @returns false when there is no such file, or none that anybody may see.
 */
export async function sendFile(root: string, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const path = await visiblePath(root, pathname);
  const file = path === undefined ? undefined : await open(path, "r").catch(() => undefined);
  if (!file || path === undefined) return false;
  try {
    const { size, mtimeMs, ino } = await file.stat();
    if (!(await file.stat()).isFile()) return false;
    const etag = `"${ino.toString(36)}-${size.toString(36)}-${Math.floor(mtimeMs * 1000).toString(36)}"`;
    response.setHeaders(new Map([["ETag", etag], ["Last-Modified", new Date(mtimeMs).toUTCString()], ["Accept-Ranges", "bytes"], ["Cache-Control", "no-cache"], ["Content-Type", typeOf(path)]]));
    if (request.headers["if-none-match"]?.split(/\s*,\s*/).includes(etag)) return end(response, 304);
    const condition = request.headers["if-range"];
    const range = condition === undefined || condition === etag ? parseRange(request.headers.range, size) : undefined;
    if (range === "unsatisfiable") return end(response.setHeader("Content-Range", `bytes */${size}`), 416);
    if (range) response.setHeader("Content-Range", `bytes ${range.start}-${range.end}/${size}`);
    const { start, end: last } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, { "Content-Length": last - start + 1 });
    if (request.method === "HEAD" || size === 0) response.end();
    else await stream(file, start, last, response);
    return true;
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** Real path of a file in the catalog; nothing hidden, and nothing outside of it through a symbolic link. */
async function visiblePath(root: string, pathname: string): Promise<string | undefined> {
  try {
    const names = decodeURIComponent(pathname).split("/").filter((name) => name !== "");
    if (names.some((name) => name.startsWith(".") || /[\0\\]/.test(name))) return undefined;
    const [base, path] = await Promise.all([realpath(root), realpath(join(root, ...names))]);
    const inside = path.startsWith(base + sep) && !path.slice(base.length).includes(`${sep}.`);
    return inside ? path : undefined;
  } catch {
    return undefined; // no such file, or no valid URL
  }
}

async function stream(file: FileHandle, start: number, end: number, response: ServerResponse): Promise<void> {
  // A reader that goes away in the middle is its own business.
  await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch(() => response.destroy());
}

function end(response: ServerResponse, status: number): true {
  if (status === 304 || status === 416) response.removeHeader("Content-Type");
  response.writeHead(status).end();
  return true;
}

function typeOf(path: string): string {
  return basename(path) === "SHA256SUMS" ? "text/plain; charset=utf-8" : (types[extname(path)] ?? "application/octet-stream");
}
