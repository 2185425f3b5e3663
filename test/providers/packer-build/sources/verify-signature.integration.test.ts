import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { prepareSource, type SourceRequest } from "#providers/packer-build/sources/prepare-source";
import { FileServer } from "./fixtures/file-server.ts";
import { SigningKey } from "./fixtures/keys.ts";
import { digest, namesIn, someBytes, testRequest, type TestRequest } from "./fixtures/request.ts";

const { content, sha256 } = someBytes(64 * 1024);
let server: FileServer;
let request: TestRequest;
let publisher: SigningKey;
let stranger: SigningKey;
let keyFile: string;
let iso: string;

beforeAll(async () => {
  server = await FileServer.start();
  request = await testRequest({ kind: "iso", url: server.put("a.iso", content), sha256 });
  publisher = new SigningKey(request.root, "publisher");
  stranger = new SigningKey(request.root, "stranger");
  keyFile = publisher.exportTo(join(request.root, "publisher.asc"), true);
  iso = join(request.root, "a.iso");
  writeFileSync(iso, content);
});
beforeEach(() => {
  server.put("a.iso.sig", publisher.sign(iso));
});
afterAll(async () => {
  publisher.stop();
  stranger.stop();
  await server.stop();
  await request.remove();
});

/** The publisher's list of digests and its signature on the server. */
function publishList(text: string, key = publisher): void {
  const file = join(request.root, "SUMS");
  writeFileSync(file, text);
  server.put("SUMS", Buffer.from(text));
  server.put("SUMS.sign", key.sign(file, "--armor"));
  server.put("SUMS.clear", key.clearSign(file));
}

function prepare(overrides: { fingerprint?: string; signature?: string; signed?: string } & Partial<SourceRequest> = {}): ReturnType<typeof prepareSource> {
  const { fingerprint = publisher.fingerprint, signature = "a.iso.sig", signed, ...rest } = overrides;
  const gpg = { fingerprint, signatureUrl: server.url(signature), signedUrl: signed && server.url(signed) };
  return prepareSource({ ...request, keyFile, ...rest, source: { kind: "iso", url: server.url("a.iso"), sha256, gpg } });
}

test("a source signed by the pinned key is taken, and nothing is left in the work directory", async () => {
  expect(await prepare()).toEqual({ path: join(request.cacheDir, "sources", sha256), sha256, format: "iso" });
  expect(await namesIn(request.workDir)).toEqual([]);
});

test("the right digest with the wrong key is refused", async () => {
  server.put("a.iso.sig", stranger.sign(iso));
  const both = join(request.root, "both.gpg");
  writeFileSync(both, Buffer.concat([publisher.gpg("--export"), stranger.gpg("--export")]));
  await expect(prepare({ keyFile: both })).rejects.toThrow(`it is signed by ${stranger.fingerprint}, not by ${publisher.fingerprint}`);
  await expect(prepare()).rejects.toThrow(/the signing key is not known here.*packer\/keys\//s);
});

test("a signature of something else is refused", async () => {
  const other = join(request.root, "other");
  writeFileSync(other, "other");
  server.put("a.iso.sig", publisher.sign(other));
  await expect(prepare()).rejects.toThrow("the signature does not fit the signed file");
});

test("what is no signature at all is refused", async () => {
  server.put("a.iso.sig", Buffer.from("<html>not found</html>"));
  await expect(prepare()).rejects.toThrow("no signature that gpgv can read");
  await expect(prepare({ signature: "missing.sig" })).rejects.toThrow("the server answers 404");
});

test("one good signature among unknown ones is enough", async () => {
  server.put("a.iso.sig", Buffer.concat([stranger.sign(iso), publisher.sign(iso)]));
  expect(await prepare()).toMatchObject({ sha256 });
});

test("the system's keyrings are used where the project has no key file", async () => {
  const keyringDir = join(request.root, "keyrings");
  mkdirSync(keyringDir);
  const options = { keyFile: join(request.root, "none.asc"), keyringDir };
  await expect(prepare(options)).rejects.toThrow("no key file and no system keyring");
  stranger.exportTo(join(keyringDir, "stranger.gpg"), false);
  await expect(prepare(options)).rejects.toThrow("the signing key is not known here");
  publisher.exportTo(join(keyringDir, "publisher.gpg"), false);
  expect(await prepare(options)).toMatchObject({ sha256 });
});

test("a subkey may sign: the primary key's fingerprint and the subkey's own are both exact", async () => {
  const key = new SigningKey(request.root, "subkeys", "cert");
  try {
    key.gpg("--passphrase", "", "--quick-add-key", key.fingerprint, "ed25519", "sign", "1y");
    server.put("a.iso.sig", key.sign(iso));
    const file = key.exportTo(join(request.root, "subkeys.asc"), true);
    for (const fingerprint of key.fingerprints()) expect(await prepare({ fingerprint, keyFile: file })).toMatchObject({ sha256 });
  } finally {
    key.stop();
  }
});

test("a revoked key's signature is refused", async () => {
  const key = new SigningKey(request.root, "revoked");
  try {
    server.put("a.iso.sig", key.sign(iso));
    key.revoke();
    const file = key.exportTo(join(request.root, "revoked.asc"), true);
    await expect(prepare({ fingerprint: key.fingerprint, keyFile: file })).rejects.toThrow("the signing key is revoked");
  } finally {
    key.stop();
  }
});

test.each([["SHA256SUMS", "sha256"], ["SHA512SUMS", "sha512"]])("a signed %s that lists the source is taken, detached or clear-signed", async (_name, algorithm) => {
  publishList(`${"0".repeat(64)}  b.iso\n${digest(content, algorithm)}  a.iso\n`);
  expect(await prepare({ signature: "SUMS.sign", signed: "SUMS" })).toMatchObject({ sha256 });
  expect(await prepare({ signature: "SUMS.clear", signed: "SUMS.clear" })).toMatchObject({ sha256 });
});

test("a signed list that does not list the source is refused", async () => {
  publishList(`${"0".repeat(64)}  a.iso\n`);
  await expect(prepare({ signature: "SUMS.sign", signed: "SUMS" })).rejects.toThrow("lists 1 other digests and not that of the source");
  publishList("hello\n");
  await expect(prepare({ signature: "SUMS.sign", signed: "SUMS" })).rejects.toThrow("lists no SHA-256");
});

test("digests outside the signed part of a clear-signed list do not count", async () => {
  publishList(`${"0".repeat(64)}  a.iso\n`);
  const forged = `${digest(content)}  a.iso\n`;
  server.put("SUMS.clear", Buffer.concat([Buffer.from(forged), publisher.clearSign(join(request.root, "SUMS")), Buffer.from(forged)]));
  await expect(prepare({ signature: "SUMS.clear", signed: "SUMS.clear" })).rejects.toThrow();
});

test("a list signed by somebody else is refused", async () => {
  publishList(`${sha256}  a.iso\n`, stranger);
  await expect(prepare({ signature: "SUMS.sign", signed: "SUMS" })).rejects.toThrow("the signing key is not known here");
});
