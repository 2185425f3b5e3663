import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiRequest {
  readonly method: string;
  /** `/v2.1/servers/detail` */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

export interface ApiReply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of JSON on a free port of 127.0.0.1. */
export async function serveJson(answer: (request: ApiRequest) => Promise<ApiReply>): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => void reply(incoming, outgoing, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => close(server) };
}

async function reply(incoming: IncomingMessage, outgoing: ServerResponse, answer: (request: ApiRequest) => Promise<ApiReply>): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  const text = Buffer.concat(chunks).toString();
  const request = { method: incoming.method ?? "GET", path: url.pathname, query: url.searchParams, headers: incoming.headers, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  const { status, json, headers } = await answer(request).catch((error: Error): ApiReply => ({ status: 500, json: { computeFault: { code: 500, message: error.message } } }));
  outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(json === undefined ? undefined : JSON.stringify(json));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
