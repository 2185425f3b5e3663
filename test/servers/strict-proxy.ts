import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fits, type Fault, type Match } from "./faults.ts";
import type { Passed, Totals } from "./fault-proxy.ts";

/** A request, read whole. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The client went away, or was cut off, and `body` is what came until then: nobody reads the answer. */
  readonly cut: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers?: IncomingHttpHeaders;
  /** Objects are sent as JSON. */
  readonly body?: Buffer | string | object;
}

export type Handle = (call: Call) => Promise<Answer>;

/** What is done to a call: as FaultProxy does it, and besides: */
export type StrictFault = Fault
  /** The connection ends at half of the body, by the Content-Length. */
  | { readonly kind: "half" }
  /** The answer says so, whatever the server said: a wrong checksum. */
  | { readonly kind: "rewrite"; readonly headers: Readonly<Record<string, string>> };

type Hook = (call: Call) => unknown;

export interface StrictOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Before each answer. Default 0. */
  readonly latencyMs?: number;
  readonly log?: (line: string) => void;
  /** What this service says to too many calls. */
  readonly busy: (retryAfter: number) => Answer;
}

/** A server that reads each call whole, does to it what tests ask for, and has it answered. */
export interface StrictServer {
  readonly url: string;
  /** Every call, in the order in which they came. */
  readonly passed: readonly Passed[];
  latencyMs: number;
  /** The next `times` calls that fit, after `skip` others. @returns removes the rule. */
  fault(match: Match, fault: StrictFault): () => void;
  /** Runs before the call is handled, once its body is there; the call waits. Hits like a fault. */
  before(match: Match, hook: Hook): () => void;
  /** Runs when the call has been handled and before it is answered. */
  after(match: Match, hook: Hook): () => void;
  /** Calls that fit beyond so many a second are told to come back. @param retryAfter seconds. */
  quota(match: Pick<Match, "method" | "path">, perSecond: number, retryAfter?: number): void;
  /** Removes faults, hooks and quotas. */
  heal(): void;
  count(match?: Pick<Match, "method" | "path">): Totals;
  /** Forgets what has passed. */
  reset(): void;
  close(): Promise<void>;
}

/** Serves on a free port of 127.0.0.1. A handler that throws is a fault of the test: 500, with the error in the answer and the log. */
export async function startStrictServer(handle: Handle, options: StrictOptions): Promise<StrictServer> {
  const faults = new Rules<StrictFault>();
  const hooks = { before: new Rules<Hook>(), after: new Rules<Hook>() };
  const quotas: Quota[] = [];
  const passed: Passed[] = [];
  const run = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const [method, path] = [request.method ?? "GET", request.url ?? "/"];
    const { socket } = request; // a request that was cut has none any more
    const fault = faults.next(method, path)[0];
    const record: Passed = { method, path, sent: 0, received: 0, ...(fault && { fault: fault.kind as Fault["kind"] }) };
    passed.push(record);
    const over = quotas.find((quota) => fits(quota.match, method, path) && !quota.take());
    const [beforehand, afterwards] = [hooks.before.next(method, path), hooks.after.next(method, path)];
    const answer = over ? await readThen(request, record, options.busy(over.retryAfter)) : await exchange(request, record, fault, async (call) => {
      for (const hook of beforehand) await hook(call);
      const answer = await handle(call);
      for (const hook of afterwards) await hook(call);
      return answer;
    });
    if (answer === undefined) return void socket.destroy();
    if (answer === "silence") return void (await once(reply, "close"));
    if (server.latencyMs) await sleep(server.latencyMs);
    await give(answer, reply, record, fault);
    options.log?.(`${method} ${path} ${record.sent} ${answer.status}`);
  };
  const listener = (request: IncomingMessage, reply: ServerResponse): void => {
    run(request, reply).catch((error: unknown) => {
      options.log?.(`${request.method} ${request.url}: ${String((error as Error).stack)}`);
      if (!reply.headersSent) reply.writeHead(500, { "content-type": "text/plain" }).end(String((error as Error).stack));
    });
  };
  const http = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  Object.assign(http, { requestTimeout: 0, keepAliveTimeout: 0 }); // only rules hang up
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: StrictServer = {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${(http.address() as AddressInfo).port}`,
    passed,
    latencyMs: options.latencyMs ?? 0,
    fault: (match, fault) => faults.add(match, fault),
    before: (match, hook) => hooks.before.add(match, hook),
    after: (match, hook) => hooks.after.add(match, hook),
    quota: (match, perSecond, retryAfter = 1) => void quotas.push(new Quota(match, perSecond, retryAfter)),
    heal: () => [faults, hooks.before, hooks.after].forEach((rules) => rules.clear()) ?? void quotas.splice(0),
    count: (match = {}) => total(passed.filter(({ method, path }) => fits(match, method, path))),
    reset: () => void passed.splice(0),
    async close() {
      const closed = once(http, "close");
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  return server;
}

/** The body, up to a number of bytes or to where the client left. */
async function read(request: IncomingMessage, record: Passed, end = Infinity): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, end - record.sent));
      record.sent += chunk.length;
      if (record.sent >= end) return { body: Buffer.concat(chunks), cut: true };
    }
  } catch {
    return { body: Buffer.concat(chunks), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}

async function readThen(request: IncomingMessage, record: Passed, answer: Answer): Promise<Answer> {
  await read(request, record);
  return answer;
}

/** @returns undefined when the connection is to end without an answer. */
async function exchange(request: IncomingMessage, record: Passed, fault: StrictFault | undefined, handle: Handle): Promise<Answer | undefined | "silence"> {
  if (fault?.kind === "delay") await sleep(fault.ms);
  if (fault?.kind === "answer") return readThen(request, record, fault);
  const { body, cut } = await read(request, record, bodyEnd(request, fault));
  if (fault?.kind === "hang") return "silence";
  if (fault?.kind === "flip") body[fault.at]! ^= 0xff;
  const call = { method: request.method ?? "GET", url: new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`), headers: request.headers, body, cut };
  const answer = await handle(call);
  return cut || fault?.kind === "drop-reply" ? undefined : answer;
}

function bodyEnd({ headers }: IncomingMessage, fault: StrictFault | undefined): number {
  if (fault?.kind === "cut") return fault.after;
  return fault?.kind === "half" ? Math.max(1, Math.floor(Number(headers["content-length"] ?? 2) / 2)) : Infinity;
}

async function give({ status, headers, body = "" }: Answer, reply: ServerResponse, record: Passed, fault: StrictFault | undefined): Promise<void> {
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(raw ? body : JSON.stringify(body));
  record.status = status;
  reply.writeHead(status, { ...(!raw && { "content-type": "application/json; charset=utf-8" }), ...(reply.req.method !== "HEAD" && { "content-length": bytes.length }), ...headers, ...(fault?.kind === "rewrite" && fault.headers) });
  const end = fault?.kind === "cut-reply" ? fault.after : Infinity;
  record.received = Math.min(end, reply.req.method === "HEAD" ? 0 : bytes.length);
  if (end === Infinity) reply.end(bytes);
  else reply.write(bytes.subarray(0, end), () => reply.socket?.destroy());
  await finished(reply).catch(() => {});
}

/** Rules that hit some of the calls that fit them; each counts for itself, and all that are due hit. */
class Rules<T> {
  #entries: { match: Match; what: T; seen: number; hits: number }[] = [];

  add(match: Match, what: T): () => void {
    const entry = { match, what, seen: 0, hits: 0 };
    this.#entries.push(entry);
    return () => void (this.#entries = this.#entries.filter((other) => other !== entry));
  }

  clear(): void {
    this.#entries = [];
  }

  next(method: string, path: string): T[] {
    const due = this.#entries.filter((entry) => fits(entry.match, method, path) && ++entry.seen > (entry.match.skip ?? 0) && entry.hits < (entry.match.times ?? 1));
    for (const entry of due) entry.hits++;
    return due.map(({ what }) => what);
  }
}

class Quota {
  readonly match: Pick<Match, "method" | "path">;
  readonly perSecond: number;
  readonly retryAfter: number;
  #taken: number[] = [];

  constructor(match: Pick<Match, "method" | "path">, perSecond: number, retryAfter: number) {
    this.match = match;
    this.perSecond = perSecond;
    this.retryAfter = retryAfter;
  }

  take(): boolean {
    const now = performance.now();
    this.#taken = this.#taken.filter((at) => at > now - 1000);
    return this.#taken.length < this.perSecond && this.#taken.push(now) > 0;
  }
}

function total(passed: readonly Passed[]): Totals {
  const sum = (count: (one: Passed) => number): number => passed.reduce((all, one) => all + count(one), 0);
  return { requests: passed.length, sent: sum((one) => one.sent), received: sum((one) => one.received) };
}
