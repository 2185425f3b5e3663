import { copyFile, stat, writeFile } from "node:fs/promises";
import pRetry from "p-retry";
import { FleetError } from "#model/errors";
import { defaultLimits } from "#providers/packer-build/sources/download-limits";
import { httpGet, RefusedError, TransientError, transportError } from "#providers/packer-build/sources/http-client";
import { shownPlace, sourcePlace } from "#providers/packer-build/sources/source-place";
import type { SourceRequest } from "#providers/packer-build/sources/source-request";

/** Signatures and lists of digests are some kilobytes. */
const maxBytes = 4 * 1024 * 1024;

/** Brings a signature or a list of digests, which nothing pins, to `target`. */
export async function fetchSmallFile(url: string, target: string, request: SourceRequest): Promise<void> {
  const action = `verify the signature of the source of ${request.image}`;
  const place = sourcePlace(url, action);
  const failed = (cause: string, hint: string) => new FleetError({ action, place: shownPlace(place), cause, hint });
  try {
    if (place.kind === "http") await writeFile(target, await fetchBytes(place.url, request));
    else if ((await stat(place.path)).size > maxBytes) throw new RefusedError(`it is larger than ${maxBytes} bytes`, "");
    else await copyFile(place.path, target);
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw failed((error as Error).message, (error instanceof RefusedError && error.hint) || "check iso_gpg_signature_url and iso_gpg_signed_url in the OS facts");
  }
}

async function fetchBytes(url: URL, { signal, limits: own }: SourceRequest): Promise<Buffer> {
  const limits = { ...defaultLimits, ...own };
  const attempt = async (): Promise<Buffer> => {
    const { stream } = await httpGet(url, {}, limits, signal);
    try {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if ((bytes += chunk.length) > maxBytes) throw new RefusedError(`it is larger than ${maxBytes} bytes`, "name a signature or a list of digests, not the source itself");
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      throw error instanceof RefusedError ? error : transportError(error, signal);
    } finally {
      stream.destroy();
    }
  };
  return pRetry(attempt, {
    retries: limits.retries,
    minTimeout: limits.retryMs,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof TransientError,
  });
}
