import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { RequestError, type Method } from "got";
import { CloudError } from "#providers/shared/openstack/cloud-error";

/** How patient requests are. Times in milliseconds. */
export interface Patience {
  /** For each of: looking up the name, connecting, the TLS handshake. Default 10 s. */
  readonly connectMs: number;
  /** From the request to the end of its answer. Default 60 s. */
  readonly answerMs: number;
  /** Attempts after the first; Retry-After is honoured, up to a minute. Default 4. */
  readonly retries: number;
}

export const defaultPatience: Patience = { connectMs: 10_000, answerMs: 60_000, retries: 4 };

/** Certificates, in PEM. */
export interface Trust {
  /** Authorities that count in place of the system's. */
  readonly certificateAuthority?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
}

export interface HttpRequest {
  /** What is being done, to what: `list the images`. */
  readonly action: string;
  /** For messages: `cloud corp, region north`. */
  readonly place: string;
  readonly method: Method;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly trust: Trust;
  readonly patience: Patience;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/** Worth another attempt: a server that is busy, or behind a proxy that does not reach it. */
const busy = [408, 429, 500, 502, 503, 504];
const longestRetryAfterMs = 60_000;

/** Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
const agent = { http: new HttpAgent({ proxyEnv: process.env }), https: new HttpsAgent({ proxyEnv: process.env }) };

/**
 * One request and its answer, whatever its status. What can be asked twice is tried again, here and nowhere else: a POST is not.
 * @throws CloudError where no answer came.
 */
export async function send({ action, place, method, url, headers, json, trust, patience }: HttpRequest): Promise<Answer> {
  const { connectMs, answerMs, retries } = patience;
  try {
    const { statusCode, headers: answered, body } = await got(url, {
      method,
      headers: { "user-agent": "imagefleet", ...headers },
      ...(json !== undefined && { json: json as object }),
      agent,
      https: trust,
      throwHttpErrors: false,
      followRedirect: false,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: answerMs },
      retry: { limit: retries, methods: ["GET", "PUT", "DELETE", "PATCH"], statusCodes: busy, maxRetryAfter: longestRetryAfterMs, backoffLimit: 8_000, noise: 100 },
    });
    return { status: statusCode, headers: answered, body: parsed(body) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new CloudError({ action, place, cause: `${url.origin} does not answer: ${reason(error)}`, hint: hintOf(error) }, undefined, { cause: error.code });
  }
}

/** A message of `got` may quote the URL; the reason never holds headers or bodies. */
function reason({ code, message }: RequestError): string {
  return message.includes(code) ? message : `${message} (${code})`;
}

function hintOf({ code }: RequestError): string {
  if (/CERT|SSL|TLS|SELF_SIGNED|HOSTNAME/.test(code)) return "name the authority's certificate as `cacert` in the entry of clouds.yaml";
  return "check the network and `auth_url` in clouds.yaml, then run the same command again";
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
