import type { Agent } from "node:https";
import got, { RequestError } from "got";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** How patient requests are. Times in milliseconds. */
export interface Patience {
  /** For each of: looking up the name, connecting, the TLS handshake. Default 10 s. */
  readonly connectMs: number;
  /** From the request to the end of its answer. Default 60 s. */
  readonly answerMs: number;
  /** Attempts after the first. Default 3. */
  readonly retries: number;
}

export const defaultPatience: Patience = { connectMs: 10_000, answerMs: 60_000, retries: 3 };

export interface HttpRequest {
  /** What is being done, to what: `list content libraries`. */
  readonly action: string;
  /** For messages. */
  readonly place: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly agent: Agent;
  readonly patience: Patience;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/** A server that restarts its services says so. A guest without tools says 503 too, so whoever asks it asks once. */
const busy = [429, 502, 503, 504];

/**
 * One request and its answer, whatever its status. What can be asked twice is tried again, here and nowhere else: a POST is not.
 * @throws VcenterError where no answer came.
 */
export async function send({ action, place, method, url, headers, body, agent, patience }: HttpRequest): Promise<Answer> {
  const { connectMs, answerMs, retries } = patience;
  try {
    const answer = await got(url, {
      method,
      headers: { "user-agent": "imagefleet", accept: "application/json", ...headers },
      ...(body !== undefined && { json: body as object }),
      agent: { https: agent },
      throwHttpErrors: false,
      followRedirect: false,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: answerMs },
      retry: { limit: retries, methods: ["GET", "DELETE"], statusCodes: busy, maxRetryAfter: answerMs, backoffLimit: 8_000, noise: 100 },
    });
    return { status: answer.statusCode, body: parsed(answer.body) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new VcenterError({ action, place, cause: `no answer: ${reason(error)}`, hint: hintOf(error) }, undefined, { cause: error.code });
  }
}

/** Its message may quote the URL; it never holds headers or bodies. */
function reason({ code, message }: RequestError): string {
  return message.includes(code) ? message : `${message} (${code})`;
}

/** Whether the connection failed for want of trust. */
export function isTrustFault(error: unknown): boolean {
  return error instanceof VcenterError && /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(String(error.cause));
}

function hintOf({ code }: RequestError): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "check `server` of the vCenter, and that its name resolves from here";
  return "check the network and the vCenter, then run the same command again";
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
