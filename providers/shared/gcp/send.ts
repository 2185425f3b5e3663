import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import got, { RequestError, type Method } from "got";
import { GcpError } from "#providers/shared/gcp/gcp-error";

/** How patient requests are. Times in milliseconds. */
export interface Patience {
  /** For each of: looking up the name, connecting, the TLS handshake. Default 10 s. */
  readonly connectMs: number;
  /** Of silence. Default 30 s. */
  readonly silenceMs: number;
  /** From the request to the end of its answer. Default 60 s. */
  readonly answerMs: number;
  /** Attempts after the first; Retry-After is honoured, up to a minute. Default 5. */
  readonly retries: number;
}

export const defaultPatience: Patience = { connectMs: 10_000, silenceMs: 30_000, answerMs: 60_000, retries: 5 };

export interface HttpRequest {
  /** What is being done, to what: `list the images`. */
  readonly action: string;
  /** For messages: `project images-prod`. */
  readonly place: string;
  readonly method: Method;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer;
  readonly patience: Patience;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/** Worth another attempt: a service that is busy, or behind something that does not reach it. */
export const busy: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
const agent = { http: new HttpAgent({ proxyEnv: process.env, keepAlive: true }), https: new HttpsAgent({ proxyEnv: process.env, keepAlive: true }) };

/**
 * One request and its answer, whatever its status, tried again here and nowhere else. Each of ours may be repeated, the POSTs
 * too: what they change carries a fingerprint, an etag or a generation, or is set to what it is already.
 * @throws GcpError where no answer came. Its text never holds the URL's path: a session's is a credential.
 */
export async function send({ action, place, method, url, headers, json, body, patience }: HttpRequest): Promise<Answer> {
  const { connectMs, silenceMs, answerMs, retries } = patience;
  try {
    const answer = await got(url, {
      method,
      headers: { "user-agent": "imagefleet", ...headers, ...(body !== undefined && { "content-length": String(body.length) }) },
      ...(json !== undefined && { json: json as object }),
      // got copies a buffer, for the sake of redirects; a chunk of 16 MiB goes as a stream, which can be sent only once
      ...(body !== undefined && { body: retries === 0 && body.length > 0 ? Readable.from([body]) : body }),
      agent,
      throwHttpErrors: false,
      followRedirect: false,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, socket: silenceMs, request: answerMs },
      retry: { limit: retries, methods: ["GET", "PUT", "POST", "PATCH", "DELETE"], statusCodes: [...busy], maxRetryAfter: 60_000, backoffLimit: 16_000, calculateDelay: ({ computedValue }) => computedValue * (1 + Math.random() / 4) },
    });
    return { status: answer.statusCode, headers: answer.headers, body: parsed(answer.body) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const cause = `${url.origin} does not answer: ${reason(error, url)}`;
    throw new GcpError({ action, place, cause, hint: "check the network and the proxy, then run the same command again: it goes on where it was" }, undefined, { cause: error.code });
  }
}

function reason({ code, message }: RequestError, url: URL): string {
  const text = message.replaceAll(url.href, url.origin);
  return text.includes(code) ? text : `${text} (${code})`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
