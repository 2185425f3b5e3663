import type { IncomingHttpHeaders } from "node:http";
import type { Request } from "got";
import type { DownloadLimits } from "#providers/packer-build/sources/download-limits";
import { httpGet, transportError, TransientError } from "#providers/packer-build/sources/http-client";
import type { Origin, PartialFile } from "#providers/packer-build/sources/partial-file";
import { shownUrl } from "#providers/packer-build/sources/source-place";

/**
 * One request that brings what is still missing of a file. A server that ignores the range, or whose content has changed since,
 * sends all of it: then the file starts again.
 * @throws TransientError when it ended early, RefusedError, or the error of a write.
 */
export async function downloadAttempt(file: PartialFile, url: URL, limits: DownloadLimits, signal: AbortSignal, onBytes: () => void): Promise<void> {
  if (isComplete(file)) return;
  const { stream, response } = await httpGet(url, rangeHeaders(file, url), limits, signal);
  try {
    if (response.statusCode === 206) await continueAt(file, response.headers);
    else if (response.statusCode === 416) await refusedRange(file, response.headers);
    else await file.restart(originOf(url, response.headers, total(response.headers["content-length"])));
    if (isComplete(file)) return;
    await receive(file, stream, signal, onBytes);
  } finally {
    stream.destroy();
  }
  const expected = file.origin?.total;
  if (expected !== undefined && file.position < expected) throw new TransientError(`the connection ended after ${file.position} of ${expected} bytes`);
}

async function receive(file: PartialFile, stream: Request, signal: AbortSignal, onBytes: () => void): Promise<void> {
  const body = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const next = await body.next().catch((error: unknown) => {
      throw transportError(error, signal);
    });
    if (next.done) return;
    await file.append(next.value);
    onBytes();
  }
}

function isComplete(file: PartialFile): boolean {
  return file.position > 0 && file.position === file.origin?.total;
}

/** If-Range makes the server send everything when the content is no longer the one we have the beginning of. */
function rangeHeaders(file: PartialFile, url: URL): Record<string, string> {
  if (file.position === 0) return {};
  const range = { range: `bytes=${file.position}-` };
  // Another mirror has the same bytes under a validator of its own; the digest decides in the end.
  const validator = file.origin?.url === shownUrl(url) ? file.origin.validator : undefined;
  return validator === undefined ? range : { ...range, "if-range": validator };
}

async function continueAt(file: PartialFile, headers: IncomingHttpHeaders): Promise<void> {
  const [, start, , size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  const known = file.origin?.total;
  const fits = Number(start) === file.position && (size === "*" || known === undefined || Number(size) === known);
  if (!fits) {
    await file.restart();
    throw new TransientError(`the server sends another range than the one asked for (${headers["content-range"] ?? "no Content-Range"})`);
  }
  file.pieced = true;
  if (known === undefined && size !== "*" && file.origin) await file.setOrigin({ ...file.origin, total: Number(size) });
}

/** Nothing is left to send, or the content has become shorter than what we have. */
async function refusedRange(file: PartialFile, headers: IncomingHttpHeaders): Promise<void> {
  const size = total(/^bytes \*\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1]);
  if (size === file.position && file.origin) return file.setOrigin({ ...file.origin, total: size });
  await file.restart();
  throw new TransientError("the server has less than what was downloaded so far");
}

function originOf(url: URL, headers: IncomingHttpHeaders, size: number | undefined): Origin {
  const etag = headers.etag?.startsWith("W/") ? undefined : headers.etag; // a weak one does not promise the same bytes
  return { url: shownUrl(url), validator: etag ?? headers["last-modified"], total: size };
}

function total(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}
