import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { Answer, Call } from "./strict-proxy.ts";

const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true, rejectUnauthorized: false }) };
/** Connections are each side's own business; the length is that of what we hold. */
const ownHeaders = new Set(["connection", "keep-alive", "proxy-connection", "expect", "transfer-encoding", "content-length"]);

/** Has a real server answer the call, whole. */
export async function forward(target: string, call: Pick<Call, "method" | "url" | "headers" | "body">): Promise<Answer & { body: Buffer; headers: IncomingHttpHeaders }> {
  const { protocol, hostname, port } = new URL(target);
  const headers = { ...passedOn(call.headers), "content-length": String(call.body.length) };
  const options = { hostname, port, method: call.method, path: call.url.pathname + call.url.search, headers, agent: agents[protocol as keyof typeof agents] };
  const request = protocol === "https:" ? httpsRequest(options) : httpRequest(options);
  request.end(call.body);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const body = await buffer(answer);
  const length = call.method === "HEAD" && answer.headers["content-length"] ? { "content-length": answer.headers["content-length"] } : {};
  return { status: answer.statusCode ?? 502, headers: { ...passedOn(answer.headers), ...length }, body };
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
}
