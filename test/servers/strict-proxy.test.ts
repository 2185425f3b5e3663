import got from "got";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startStrictServer, type Call, type StrictServer } from "./strict-proxy.ts";

let server: StrictServer;
let calls: Call[];
const body = Buffer.alloc(1000, 7);

beforeEach(async () => {
  calls = [];
  const handle = async (call: Call) => (calls.push(call), { status: 201, headers: { "x-sum": "right" }, body: { bytes: call.body.length } });
  server = await startStrictServer(handle, { busy: (retryAfter) => ({ status: 503, headers: { "retry-after": String(retryAfter) } }) });
});
afterEach(() => server.close());

function put(path = "/x") {
  return got.put(server.url + path, { body, retry: { limit: 0 }, throwHttpErrors: false, timeout: { request: 500 } });
}

test("hands a call over whole, and counts what passed", async () => {
  expect(JSON.parse((await put("/a?b=c")).body)).toEqual({ bytes: 1000 });
  expect(calls).toMatchObject([{ method: "PUT", url: { search: "?b=c" }, cut: false }]);
  expect([server.count({ path: /^\/a/ }), server.count({ path: /z/ }).requests]).toEqual([{ requests: 1, sent: 1000, received: 14 }, 0]);
  server.reset();
  expect(server.passed).toEqual([]);
});

test("a client that is cut off leaves what came until then", async () => {
  server.fault({}, { kind: "half" });
  await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
  await expect.poll(() => calls).toMatchObject([{ cut: true, body: { length: 500 } }]);
});

test("faults hit the calls that they are for, once each", async () => {
  server.fault({ skip: 1 }, { kind: "answer", status: 429, headers: { "retry-after": "9" } });
  server.fault({ skip: 2 }, { kind: "flip", at: 3 });
  server.fault({ skip: 3 }, { kind: "rewrite", headers: { "x-sum": "wrong" } });
  const replies = [await put(), await put(), await put(), await put()];
  expect(replies.map(({ statusCode, headers }) => [statusCode, headers["x-sum"] ?? headers["retry-after"]])).toEqual([[201, "right"], [429, "9"], [201, "right"], [201, "wrong"]]);
  expect(calls.map((call) => call.body[3])).toEqual([7, 0xf8, 7]);
});

test("a reply may be lost, cut short, late or never come", async () => {
  server.fault({}, { kind: "drop-reply" });
  await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(calls).toHaveLength(1);
  server.fault({}, { kind: "cut-reply", after: 5 });
  await expect(put()).rejects.toMatchObject({ name: "ReadError" });
  server.fault({}, { kind: "hang" });
  await expect(put()).rejects.toMatchObject({ name: "TimeoutError" });
  server.latencyMs = 100;
  const started = performance.now();
  await put();
  expect(performance.now() - started).toBeGreaterThan(95);
});

test("hooks run before and after the calls that they are for, which wait", async () => {
  const seen: string[] = [];
  server.before({ skip: 1 }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    seen.push(`before ${calls.length}`);
  });
  server.after({ times: 2 }, () => seen.push(`after ${calls.length}`));
  for (let n = 0; n < 3; n++) await put();
  expect(seen).toEqual(["after 1", "before 1", "after 2"]);
});

test("calls beyond a quota are told when to come back, and healing ends it", async () => {
  server.quota({ method: "PUT" }, 2, 4);
  const replies = await Promise.all([put(), put(), put()]);
  expect(replies.filter(({ statusCode, headers }) => statusCode === 503 && headers["retry-after"] === "4")).toHaveLength(1);
  server.heal();
  expect((await put()).statusCode).toBe(201);
});
