import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { type Request, type Response } from "got";
import type { DownloadLimits } from "#providers/packer-build/sources/download-limits";

/** An answer worth another attempt, or a connection that broke. */
export class TransientError extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.name = "TransientError";
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** An answer that the next attempt would get too. */
export class RefusedError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RefusedError";
    this.hint = hint;
  }
}

const tryAgain = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. No connection is kept: the next request may be hours away. */
const agent = { http: new HttpAgent({ proxyEnv: process.env }), https: new HttpsAgent({ proxyEnv: process.env }) };

/**
 * One GET without retries of its own; the body comes as the bytes that the server stores (no decoding).
 * @throws TransientError, RefusedError, or the signal's reason.
 */
export async function httpGet(url: URL, headers: Record<string, string>, limits: DownloadLimits, signal: AbortSignal): Promise<{ stream: Request; response: Response }> {
  const stream = got.stream(url, {
    headers: { "accept-encoding": "identity", "user-agent": "imagefleet", ...headers },
    decompress: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { lookup: limits.connectMs, connect: limits.connectMs, secureConnect: limits.connectMs, response: limits.responseMs, socket: limits.stallMs, request: limits.attemptMs },
    agent,
    signal,
  });
  const response = await answered(stream).catch((error: unknown) => {
    throw transportError(error, signal);
  });
  const { statusCode } = response;
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 416) return { stream, response };
  stream.destroy();
  throw refusal(response);
}

function answered(stream: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    stream.once("response", resolve);
    stream.on("error", reject); // stays: an error after the answer reaches the reader of the body
  });
}

/** What broke a transfer, in words: an expected end of an attempt, or an error that no retry mends. */
export function transportError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_INVALID_URL|HOSTNAME_MISMATCH)/.test(code)) {
    return new RefusedError(`${error.message} (${code})`, "check the certificate; a private authority's goes into NODE_EXTRA_CA_CERTS", { cause: error });
  }
  return new TransientError(code && !error.message.includes(code) ? `${error.message} (${code})` : error.message, { cause: error });
}

function refusal(response: Response): TransientError | RefusedError {
  const { statusCode } = response;
  const message = `the server answers ${statusCode} ${response.statusMessage ?? ""}`.trimEnd();
  if (tryAgain.has(statusCode)) return new TransientError(message, { retryAfterMs: retryAfter(response.headers["retry-after"]) });
  if (statusCode === 401 || statusCode === 403 || statusCode === 407) return new RefusedError(message, "check the URL's permissions and this machine's proxy settings");
  return new RefusedError(message, "check the URL in the OS facts; publishers move old releases to an archive");
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
