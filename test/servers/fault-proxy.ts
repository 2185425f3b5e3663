import { createServer, request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, request as httpsRequest } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { finished, pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultRules, fits, type Fault, type FaultRule, type Match } from "./faults.ts";

export interface FaultProxyOptions {
  /** Serves TLS with this pair (PEM), for clients that speak nothing else. Default plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A request that came by. */
export interface Passed {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** What the client is told; undefined while it is not, or never. */
  status?: number;
  /** Bytes of the body that the client sent. */
  sent: number;
  /** Bytes of the body that the client was given. */
  received: number;
  readonly fault?: Fault["kind"];
}

export interface Totals {
  readonly requests: number;
  /** Bytes of bodies that clients sent. */
  readonly sent: number;
  /** Bytes of bodies that clients were given. */
  readonly received: number;
}

/** A proxy in front of a real server, which counts what passes and does to it what tests ask for. */
export interface FaultProxy {
  readonly url: string;
  /** Every request, in the order in which they came. */
  readonly passed: readonly Passed[];
  /** Adds a rule: `fault({ method: "PUT", path: /\/file$/ }, { kind: "cut", after: 1000 })` hits the next upload. */
  fault(match: Match, fault: Fault): FaultRule;
  /** Removes all rules. */
  heal(): void;
  count(match?: Pick<Match, "method" | "path">): Totals;
  /** Forgets what has passed. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy on a free port of 127.0.0.1. Bodies are streamed. The client's Host header is kept, so that a server which
 * names itself in its answers names the proxy.
 * @param target URL of the server, `http:` or `https:` (with any certificate).
 */
export async function startFaultProxy(target: string, { tls }: FaultProxyOptions = {}): Promise<FaultProxy> {
  const rules = new FaultRules();
  const passed: Passed[] = [];
  const listener = (request: IncomingMessage, reply: ServerResponse): void => {
    const [method, path] = [request.method ?? "GET", request.url ?? "/"];
    const fault = rules.next(method, path);
    const record: Passed = { method, path, sent: 0, received: 0, ...(fault && { fault: fault.kind }) };
    passed.push(record);
    // a server that hung up, or is not there, is to the client what it would be without us: a connection that ends
    const { socket } = request; // a request that failed has none any more
    new Exchange(target, request, reply, record).run(fault).catch(() => socket.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 }); // only rules hang up
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    fault: (match, fault) => rules.add(match, fault),
    heal: () => rules.clear(),
    count: (match = {}) => total(passed.filter(({ method, path }) => fits(match, method, path))),
    reset: () => void passed.splice(0),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function total(passed: readonly Passed[]): Totals {
  const sum = (count: (one: Passed) => number): number => passed.reduce((all, one) => all + count(one), 0);
  return { requests: passed.length, sent: sum((one) => one.sent), received: sum((one) => one.received) };
}

/** Connections are not the other side's business; 100-continue has been answered by the time that we see a request. */
const ownHeaders = new Set(["connection", "keep-alive", "proxy-connection", "expect"]);

/** One request and its answer, whole or spoilt. */
class Exchange {
  readonly #target: URL;
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #reply: ServerResponse;
  readonly #record: Passed;

  constructor(target: string, request: IncomingMessage, reply: ServerResponse, record: Passed) {
    this.#target = new URL(target);
    this.#request = request;
    this.#socket = request.socket;
    this.#reply = reply;
    this.#record = record;
  }

  async run(fault: Fault | undefined): Promise<void> {
    if (fault?.kind === "answer") return this.#answer(fault);
    if (fault?.kind === "hang" && fault.after === undefined) return this.#swallow();
    if (fault?.kind === "delay") await sleep(fault.ms);
    const upstream = this.#connect();
    const answered = once(upstream, "response") as Promise<[IncomingMessage]>;
    const sending = this.#send(upstream, fault);
    try {
      const [answer] = await Promise.race([answered, sending.then(() => answered)]); // a server may answer before it has read all
      await this.#give(answer, fault);
    } finally {
      upstream.destroy();
      await sending.catch(() => {});
    }
  }

  #connect(): ClientRequest {
    const { protocol, hostname, port, pathname } = this.#target;
    const { method, headers, url } = this.#request;
    const path = pathname.replace(/\/$/, "") + url;
    const options = { hostname, port, method, path, headers: passedOn(headers), agent: false };
    const upstream = protocol === "https:" ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    upstream.on("error", () => {}); // whoever waits for the answer hears of it
    this.#reply.once("close", () => this.#reply.writableFinished || upstream.destroy());
    return upstream;
  }

  async #send(upstream: ClientRequest, fault: Fault | undefined): Promise<void> {
    await pipeline(this.#counted(), (body: AsyncIterable<Buffer>) => this.#spoilt(body, upstream, fault), upstream);
  }

  async *#counted(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      this.#record.sent += chunk.length;
      yield chunk;
    }
  }

  async *#spoilt(body: AsyncIterable<Buffer>, upstream: ClientRequest, fault: Fault | undefined): AsyncGenerator<Buffer> {
    const end = fault?.kind === "cut" || fault?.kind === "hang" ? (fault.after ?? 0) : Infinity;
    let offset = 0;
    for await (const chunk of body) {
      const part = chunk.subarray(0, Math.max(0, end - offset));
      if (part.length > 0) yield fault?.kind === "flip" ? flipped(part, fault.at - offset) : part;
      offset += chunk.length;
      if (fault?.kind === "cut" && offset >= end) await this.#cut(upstream);
    }
    if (fault?.kind === "cut") await this.#cut(upstream);
    if (fault?.kind === "hang") await once(this.#reply, "close");
  }

  /** Ends both connections, when the server has got what it shall get. */
  async #cut(upstream: ClientRequest): Promise<never> {
    upstream.flushHeaders();
    while (!upstream.destroyed && (upstream.socket?.connecting !== false || upstream.socket.writableLength > 0)) await sleep(1);
    upstream.destroy();
    this.#socket.destroy();
    throw new Error("cut");
  }

  /** Takes what the client sends and says nothing, for as long as the client likes. */
  async #swallow(): Promise<void> {
    this.#request.on("data", (chunk: Buffer) => void (this.#record.sent += chunk.length));
    await once(this.#reply, "close");
  }

  async #answer({ status, headers, body = "", after = 0 }: Extract<Fault, { kind: "answer" }>): Promise<void> {
    await new Promise<void>((resolve) => {
      const taken = (): void => void (this.#record.sent >= after && resolve());
      this.#request.on("data", (chunk: Buffer) => { this.#record.sent += chunk.length; taken(); }).once("end", resolve).once("close", resolve);
      taken();
    });
    this.#record.status = status;
    this.#record.received = Buffer.byteLength(body);
    this.#reply.writeHead(status, headers).end(body);
    await finished(this.#reply).catch(() => {});
  }

  async #give(answer: IncomingMessage, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === "drop-reply") {
      await finished(answer.resume());
      return void this.#socket.destroy();
    }
    const end = fault?.kind === "cut-reply" ? fault.after : Infinity;
    this.#record.status = answer.statusCode;
    this.#reply.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.headers));
    await pipeline(answer, (body: AsyncIterable<Buffer>) => this.#upTo(end, body), this.#reply);
  }

  async *#upTo(end: number, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      const part = chunk.subarray(0, end - this.#record.received);
      this.#record.received += part.length;
      yield part;
      if (this.#record.received < end) continue;
      await sleep(10); // written before the connection ends
      this.#socket.destroy();
    }
  }
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
}

function flipped(chunk: Buffer, at: number): Buffer {
  if (at < 0 || at >= chunk.length) return chunk;
  const copy = Buffer.from(chunk);
  copy[at]! ^= 0xff;
  return copy;
}
