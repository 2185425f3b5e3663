import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { VcenterAddress } from "#providers/shared/vcenter/address";
import { seeCertificate } from "#providers/shared/vcenter/certificate";
import { openVcenter } from "#providers/shared/vcenter/open-vcenter";
import { probeVcenter } from "#providers/shared/vcenter/probe";
import { trustFile } from "#providers/shared/vcenter/trust-file";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { startVcsim, type Vcsim } from "../../../servers/vcsim.ts";
import { addressOf } from "./address-of.ts";

let vcsim: Vcsim;
let dir: string;
const cwd = process.cwd();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "vcenter-trust-"));
  process.chdir(dir);
  vcsim = await startVcsim({ vcenters: [{ name: "a" }, { name: "b" }] });
  Object.assign(process.env, vcsim.env);
});

afterAll(async () => {
  process.chdir(cwd);
  await vcsim?.stop();
  await rm(dir, { recursive: true, force: true });
});

afterEach(() => vcsim.clearFaults("a"));

const hour = 3_600_000;

test("a pinned certificate is trusted, and no other", async () => {
  await probeVcenter(addressOf(vcsim, "a"));
  const { thumbprint } = vcsim.vcenter("b");
  await vcsim.resetCounters("a");
  await expect(probeVcenter({ ...addressOf(vcsim, "a"), thumbprint })).rejects.toThrow(`shows a certificate with the SHA-256 fingerprint ${vcsim.vcenter("a").thumbprint}, and ${thumbprint} is pinned`);
  expect((await vcsim.counters("a")).requests).toBeNull();
});

test("a server that takes another's place after it was looked at gets no password", async () => {
  const [a, b] = [addressOf(vcsim, "a"), addressOf(vcsim, "b")];
  // a port that is first a's, then b's
  let target = a.server;
  const relay = createServer((socket) => {
    const [host, port] = target.split(":");
    target = b.server;
    void import("node:net").then(({ connect }) => { const onward = connect(Number(port), host); socket.pipe(onward).pipe(socket); socket.on("error", () => {}); onward.on("error", () => {}); });
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  try {
    const address = relay.address() as { port: number };
    await vcsim.resetCounters("b");
    await expect(openVcenter({ ...a, server: `127.0.0.1:${address.port}` })).rejects.toThrow(/cannot (log in|trust the vCenter)/);
    expect((await vcsim.counters("b")).requests).toBeNull();
  } finally {
    relay.close();
  }
});

test("a certificate that nobody vouches for is named with its fingerprint, and gets no password", async () => {
  const { thumbprint, ...address } = addressOf(vcsim, "a");
  await vcsim.resetCounters("a");
  await expect(probeVcenter(address)).rejects.toThrow(new RegExp(`fingerprint ${thumbprint}, is not trusted: .*thumbprint: ${thumbprint}`, "s"));
  expect((await vcsim.counters("a")).requests).toBeNull();
});

test("without a pin, whoever the machine's own authorities vouch for is trusted", async () => {
  const { thumbprint, ...address } = addressOf(vcsim, "a");
  const child = (SSL_CERT_FILE: string) => execa(process.execPath, [join(import.meta.dirname, "probe-child.ts"), JSON.stringify(address)], { cwd, env: { SSL_CERT_FILE }, reject: false });
  expect(await child((await trustFile({ ...address, thumbprint }))!)).toMatchObject({ stdout: "trusted" });
  expect((await child((await trustFile(addressOf(vcsim, "b")))!)).stderr).toContain(`fingerprint ${thumbprint}, is not trusted`);
});

test("credentials that are not set are named, both of them", async () => {
  await expect(probeVcenter({ ...addressOf(vcsim, "a"), credentials: "NOBODY" })).rejects.toThrow("NOBODY_USER and NOBODY_PASSWORD are not set");
});

test("credentials that are wrong are named by their variables", async () => {
  Object.assign(process.env, { WRONG_USER: "administrator@vsphere.local", WRONG_PASSWORD: "swordfish" });
  const failure = await probeVcenter({ ...addressOf(vcsim, "a"), credentials: "WRONG" }).catch(String);
  expect(failure).toMatch(/cannot log in \(corp\/a, 127.*\): the vCenter refuses the user name or the password\n.*WRONG_USER and WRONG_PASSWORD/);
  expect(failure).not.toContain("swordfish");
});

test("a vCenter that is not there, or silent, is named within the probe's patience", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const address: VcenterAddress = { ...addressOf(vcsim, "a"), server: `127.0.0.1:${port}` };
  await expect(probeVcenter(address)).rejects.toThrow("ECONNREFUSED");
  await expect(probeVcenter({ ...address, server: "vcenter.invalid" })).rejects.toThrow(/vcenter\.invalid.*\n.*check `server`/);
  await vcsim.fault("a", { kind: "hang" });
  const started = performance.now();
  await expect(probeVcenter(addressOf(vcsim, "a"))).rejects.toThrow(/cannot log in \(corp\/a.*no answer/);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("a busy vCenter is asked again, and one that breaks every connection is given up", async () => {
  const client = await openVcenter(addressOf(vcsim, "a"));
  await vcsim.fault("a", { kind: "error", times: 2 });
  expect(await client.libraries()).toEqual([]);
  await vcsim.fault("a", { kind: "reset", times: 1 });
  expect(await client.libraries()).toEqual([]);
  await client.close();
});

test("work at the same time shares a session, which ends with it", async () => {
  await vcsim.resetCounters("a");
  await Promise.all([1, 2, 3].map(() => withVcenter(addressOf(vcsim, "a"), (client) => client.libraries())));
  expect((await vcsim.counters("a")).requests).toMatchObject({ "POST /api/session": 1, "DELETE /api/session": 1, "GET /api/content/library": 3 });
});

test("the certificate that a pinned vCenter shows is kept for programs that want a file", async () => {
  const address = addressOf(vcsim, "a");
  const path = await trustFile(address);
  expect(path).toBe(join(process.cwd(), ".imagefleet/trust", `${address.thumbprint}.pem`));
  expect(await readFile(path!, "utf8")).toBe((await seeCertificate(address)).pem);
  await expect(trustFile({ ...address, thumbprint: vcsim.vcenter("b").thumbprint })).rejects.toThrow("is pinned");
  expect(await trustFile({ ...address, thumbprint: undefined } as unknown as VcenterAddress)).toBeUndefined();
  // the name must be in it, too: Go looks
  await expect(trustFile({ ...address, server: address.server.replace("127.0.0.1", "127.0.0.2") })).rejects.toThrow(/127\.0\.0\.2/);
});

test("a certificate says until when it is good", async () => {
  const { validTo } = await seeCertificate(addressOf(vcsim, "a"));
  expect(Date.parse(validTo)).toBeGreaterThan(Date.now() + hour);
});
