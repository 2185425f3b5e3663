import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ebsService } from "./services/ebs.ts";
import { objectService } from "./services/object.ts";
import { pageBlobService } from "./services/page-blob.ts";
import type { Answer, Service, ServiceKind, ServiceOptions, SinkCounts, Taken } from "./service.ts";

/** Bodies up to this long are instructions, longer ones data that is forgotten as it comes. */
const shortBytes = 64 * 1024;

const services: Readonly<Record<ServiceKind, (options: ServiceOptions) => Service>> = { ebs: ebsService, "page-blob": pageBlobService, object: objectService };

export type SinkRequest = { readonly begin: { readonly kind: ServiceKind; readonly options: ServiceOptions; readonly latencyMs: number } } | { readonly count: true };

let service: Service = () => ({ operation: "early", status: 503 });
let latencyMs = 0;
let requests: Record<string, number> = {};
let dataBytes = 0;
let usage = process.cpuUsage();

function begin(kind: ServiceKind, options: ServiceOptions, latency: number): void {
  service = services[kind](options);
  latencyMs = latency;
  requests = {};
  dataBytes = 0;
  usage = process.cpuUsage();
}

function counts(): SinkCounts {
  const { user, system } = process.cpuUsage(usage);
  return { requests, dataBytes, cpuSeconds: (user + system) / 1e6 };
}

const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
  const short = Number(request.headers["content-length"] ?? 0) <= shortBytes;
  const kept: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (short) kept.push(chunk);
  });
  request.on("end", () => void answer(taken(request, bytes, kept), response));
});

function taken({ method, url, headers }: IncomingMessage, bytes: number, kept: Buffer[]): Taken {
  const { pathname, searchParams } = new URL(url!, "http://sink");
  return { method: method!, path: decodeURIComponent(pathname), query: searchParams, headers, bytes, text: Buffer.concat(kept).toString() };
}

async function answer(request: Taken, response: ServerResponse): Promise<void> {
  let reply: Answer;
  try {
    reply = await service(request);
  } catch (error) {
    reply = { operation: "fault", status: 500, body: String(error) };
  }
  requests[reply.operation] = (requests[reply.operation] ?? 0) + 1;
  dataBytes += reply.data ?? 0;
  const send = () => response.writeHead(reply.status, { "content-length": Buffer.byteLength(reply.body ?? ""), ...reply.headers }).end(reply.body);
  if (latencyMs > 0) setTimeout(send, latencyMs);
  else send();
}

process.on("message", (message: SinkRequest) => {
  if ("begin" in message) begin(message.begin.kind, message.begin.options, message.begin.latencyMs);
  process.send!(counts());
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
