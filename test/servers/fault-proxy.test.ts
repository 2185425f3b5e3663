import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import got, { type Response } from "got";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCommand } from "../../tools/setup/find-command.ts";
import { waitFor } from "../integration/wait-for.ts";
import { startFaultProxy, type FaultProxy } from "./fault-proxy.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly host: string | undefined;
  body: Buffer;
  /** Undefined while the body is on its way. */
  whole?: boolean;
}

const body = randomBytes(500_000);
let seen: Seen[];
let stop: () => Promise<void>;
let proxy: FaultProxy;

/** A server that keeps what it gets and gives as many bytes back. */
async function startUpstream(): Promise<string> {
  const server = createServer((request: IncomingMessage, reply) => {
    const one: Seen = { method: request.method, url: request.url, host: request.headers.host, body: Buffer.alloc(0) };
    seen.push(one);
    request.on("data", (chunk: Buffer) => { one.body = Buffer.concat([one.body, chunk]); });
    request.once("end", () => { one.whole = true; reply.writeHead(201, { "x-from": "upstream" }).end(one.body); });
    request.once("error", () => { one.whole = false; });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = async () => { server.close(); server.closeAllConnections(); };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
}

beforeEach(async () => {
  seen = [];
  proxy = await startFaultProxy(await startUpstream());
});

afterEach(async () => {
  await proxy.close();
  await stop();
});

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const { stdout } = await execa("openssl", args);
  const [key, cert] = stdout.split(/(?=-----BEGIN CERTIFICATE-----)/) as [string, string];
  return { key, cert };
}

function put(path = "/v2/images/1/file", timeoutMs = 5000): Promise<Response<Buffer>> {
  return got.put(`${proxy.url}${path}`, { body, retry: { limit: 0 }, throwHttpErrors: false, responseType: "buffer", timeout: { request: timeoutMs } }) as unknown as Promise<Response<Buffer>>;
}

/** The first request that the server has done with. */
function settled(): Promise<Seen> {
  return waitFor(async () => seen.find(({ whole }) => whole !== undefined), 5000);
}

test("passes everything on and counts it", async () => {
  const reply = await put("/v2/images?limit=1");
  expect(reply).toMatchObject({ statusCode: 201, headers: { "x-from": "upstream" } });
  expect(Buffer.compare(reply.body, body)).toBe(0);
  expect(seen).toMatchObject([{ method: "PUT", url: "/base/v2/images?limit=1", host: new URL(proxy.url).host }]);
  await put("/other");
  expect(proxy.count()).toEqual({ requests: 2, sent: 2 * body.length, received: 2 * body.length });
  expect(proxy.count({ method: "PUT", path: /^\/v2\/images/ })).toEqual({ requests: 1, sent: body.length, received: body.length });
  expect(proxy.count({ method: "GET" }).requests).toBe(0);
});

test("answers in the server's place, for the requests that a rule names and no others", async () => {
  const rule = proxy.fault({ method: "PUT", path: /\/file$/, skip: 1, times: 2 }, { kind: "answer", status: 503, headers: { "retry-after": "2" }, body: "busy" });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await put()).statusCode);
  expect(statuses).toEqual([201, 503, 503, 201]);
  expect(rule.hits).toBe(2);
  expect(seen).toHaveLength(2);
  proxy.fault({ path: /\/file$/ }, { kind: "answer", status: 401, headers: { "retry-after": "2" }, after: 250_000 });
  expect(await put()).toMatchObject({ statusCode: 401, headers: { "retry-after": "2" } });
});

test("a removed rule does nothing", async () => {
  proxy.fault({}, { kind: "answer", status: 500 }).remove();
  proxy.fault({}, { kind: "answer", status: 500 });
  proxy.heal();
  expect((await put()).statusCode).toBe(201);
});

test("delays a request", async () => {
  proxy.fault({}, { kind: "delay", ms: 300 });
  const started = performance.now();
  expect((await put()).statusCode).toBe(201);
  expect(performance.now() - started).toBeGreaterThan(290);
});

test("hangs until the client gives up", async () => {
  proxy.fault({}, { kind: "hang" });
  await expect(put("/", 300)).rejects.toThrow(/Timeout/);
  expect(seen).toEqual([]);
});

test("hangs in mid-body, and the server sees when the client goes", async () => {
  proxy.fault({}, { kind: "hang", after: 1000 });
  const request = put("/", 500);
  request.catch(() => {});
  await waitFor(async () => seen.find((one) => one.body.length === 1000), 3000);
  await sleep(100);
  expect([seen[0]?.whole, seen[0]?.body.length]).toEqual([undefined, 1000]);
  await expect(request).rejects.toThrow(/Timeout/);
  expect(await settled()).toMatchObject({ whole: false });
});

test("cuts both connections at the byte that was asked for", async () => {
  proxy.fault({ method: "PUT" }, { kind: "cut", after: 123_456 });
  await expect(put()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  const { body: arrived, whole } = await settled();
  expect([arrived.length, whole]).toEqual([123_456, false]);
});

test("flips one byte on the way", async () => {
  proxy.fault({}, { kind: "flip", at: 321_000 });
  await put();
  const { body: arrived } = await settled();
  const different = [...arrived.keys()].filter((i) => arrived[i] !== body[i]);
  expect([arrived.length, different]).toEqual([body.length, [321_000]]);
});

test("loses the reply of a request that the server fulfilled", async () => {
  proxy.fault({}, { kind: "drop-reply" });
  await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await settled()).toMatchObject({ whole: true });
});

test("cuts a reply short", async () => {
  proxy.fault({}, { kind: "cut-reply", after: 1000 });
  await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(proxy.passed).toMatchObject([{ status: 201, received: 1000, fault: "cut-reply" }]);
});

test("a server that is not there ends the connection", async () => {
  await stop();
  await expect(put()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
});

test.skipIf(!findCommand("openssl"))("serves and speaks TLS", async () => {
  const tls = await selfSigned();
  const inner = await startFaultProxy(proxy.url, { tls });
  const outer = await startFaultProxy(inner.url, { tls });
  try {
    const reply = await got.put(`${outer.url}/x`, { body, https: { certificateAuthority: tls.cert }, retry: { limit: 0 } });
    expect([reply.statusCode, outer.count().sent, seen[0]?.host]).toEqual([201, body.length, new URL(outer.url).host]);
  } finally {
    await Promise.all([inner.close(), outer.close()]);
  }
});
