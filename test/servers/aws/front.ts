import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { refusalOf, Rules, type AwsFault } from "./aws-faults.ts";
import { AwsRefusal, refused, type Reply } from "./reply.ts";
import { actionOf, credentialOf, paramsOf, type AwsRequest } from "./request.ts";
import type { Services } from "./services.ts";

/** A request that came by. */
export interface Call {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly account: string;
  /** Bytes of its body. */
  readonly sent: number;
  /** Of the answer; undefined while there is none, or never. */
  status?: number;
  /** The service's word for what it refused. */
  code?: string;
  readonly fault?: AwsFault["kind"];
}

/** A function of a test, run in the middle of a request. */
export interface Hook {
  /** Before the service sees the request, or when it has done what it was asked and has not answered yet. */
  readonly when: "before" | "after";
  readonly run: (request: AwsRequest) => unknown;
}

/** The endpoint that clients see: counts, delays and spoils what passes to the services. */
export class Front {
  readonly faults = new Rules<AwsFault>();
  readonly hooks = new Rules<Hook>();
  readonly calls: Call[] = [];
  latencyMs: number;
  readonly #services: Services;
  readonly #server = createServer((request, reply) => {
    const { socket } = request; // one that broke off has none any more
    this.#serve(request, reply, socket).catch(() => socket.destroy());
  });

  constructor(services: Services, latencyMs: number) {
    this.#services = services;
    this.latencyMs = latencyMs;
    Object.assign(this.#server, { requestTimeout: 0, keepAliveTimeout: 60_000 });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1", 1024);
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, reply: ServerResponse, socket: Socket): Promise<void> {
    const early = this.#understood(incoming, Buffer.alloc(0));
    // what a block is, is known from its path, so that it can break off in the middle
    const fault = early.service === "ebs" ? this.faults.next(early) : undefined;
    const body = await bodyOf(incoming, fault?.kind === "drop-at-half" ? Number(incoming.headers["content-length"] ?? 0) / 2 : Infinity);
    const request = this.#understood(incoming, body);
    await this.#exchange(request, fault ?? (early.service === "ebs" ? undefined : this.faults.next(request)), reply, socket);
  }

  #understood({ method = "GET", url = "/", headers }: IncomingMessage, body: Buffer): AwsRequest {
    const parsed = new URL(url, "http://aws");
    const params = paramsOf(body, headers);
    const { service = "none", region = "us-east-1", accessKey } = credentialOf(headers) ?? {};
    const account = this.#services.accounts.of(accessKey);
    return { method, url: parsed, headers, body, service, region, account, params, action: actionOf(service, method, parsed, headers, params) };
  }

  async #exchange(request: AwsRequest, fault: AwsFault | undefined, reply: ServerResponse, socket: Socket): Promise<void> {
    const { service, action, region, account, body } = request;
    const call: Call = { service, action, region, account, sent: body.length, ...(fault && { fault: fault.kind }) };
    this.calls.push(call);
    const hook = this.hooks.next(request);
    if (hook?.when === "before") await hook.run(request);
    if (fault?.kind === "drop-at-half") return void socket.destroy();
    if (fault?.kind === "silence") return void (await once(reply, "close"));
    if (fault?.kind === "delay") await sleep(fault.ms);
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    const answer = await this.#answer(request, fault, call);
    if (hook?.when === "after") await hook.run(request);
    if (fault?.kind === "lost-reply") return void socket.destroy();
    call.status = answer.status;
    reply.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length, ...(fault?.kind === "wrong-checksum" && { "x-amz-checksum": Buffer.alloc(32, 7).toString("base64") }) });
    reply.end(request.method === "HEAD" ? undefined : answer.body);
  }

  async #answer(request: AwsRequest, fault: AwsFault | undefined, call: Call): Promise<Reply> {
    try {
      const refusal = refusalOf(fault, request);
      if (refusal) throw refusal;
      return await this.#services.answer(request, fault);
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error;
      call.code = error.code;
      return refused(request.service, error);
    }
  }
}

/** The body, or as much of it as `end` says. */
async function bodyOf(incoming: IncomingMessage, end: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= end) break;
  }
  return Buffer.concat(chunks);
}
