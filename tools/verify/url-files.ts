import { createHash } from "node:crypto";
import pRetry from "p-retry";
import { httpGet, RefusedError, TransientError, transportError } from "#providers/packer-build/sources/http-client";
import { defaultLimits } from "#providers/packer-build/sources/download-limits";
import { documentLimit, type GroupFiles } from "#providers/seal/group-files";
import type { Digest } from "#store/digest";

const retries = 2;

/**
 * The files of a group behind a URL that ends in a slash. They are read as they come and not kept.
 * @param onRead hears how far the reading of a file is; `total` is 0 where the server does not say
 */
export function urlFiles(base: URL, onRead?: (name: string, bytes: number, total: number) => void): GroupFiles {
  const read = async (name: string, limit?: number): Promise<{ content: Buffer[]; digest: Digest } | undefined> => {
    try {
      return await pRetry(() => readOnce(new URL(encodeURIComponent(name), base), limit, (bytes, total) => onRead?.(name, bytes, total)), {
        retries, shouldRetry: ({ error }) => error instanceof TransientError,
      });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };
  return {
    place: withoutCredentials(base),
    // A server that lists directories does it in a form of its own.
    names: () => Promise.resolve(undefined),
    bytes: async (name) => {
      const found = await read(name, documentLimit);
      return found && Buffer.concat(found.content);
    },
    digest: async (name) => (await read(name))?.digest,
  };
}

/** For messages. */
export function withoutCredentials(url: URL): string {
  const clean = new URL(url);
  clean.username = clean.password = "";
  return clean.href;
}

/** @param limit keeps the content, of at most so many bytes */
async function readOnce(url: URL, limit: number | undefined, onRead: (bytes: number, total: number) => void): Promise<{ content: Buffer[]; digest: Digest }> {
  const { signal } = new AbortController();
  const { stream, response } = await httpGet(url, {}, defaultLimits, signal);
  const total = Number(response.headers["content-length"] ?? 0);
  const hash = createHash("sha256");
  const content: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      if (limit !== undefined) content.push(chunk);
      if (limit !== undefined && bytes > limit) throw new RefusedError(`it has more than ${limit} bytes, more than any document of a seal`, "");
      onRead(bytes, total);
    }
  } catch (error) {
    throw error instanceof RefusedError ? error : transportError(error, signal);
  }
  if (total > 0 && bytes !== total) throw new TransientError(`the connection ended after ${bytes} of ${total} bytes`);
  return { content, digest: { sha256: hash.digest("hex"), bytes } };
}

function isAbsent(error: unknown): boolean {
  return error instanceof RefusedError && /answers (404|410)\b/.test(error.message);
}
