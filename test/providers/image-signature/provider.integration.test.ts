import { createPublicKey, constants, verify } from "node:crypto";
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { imageProperties, type ImageFacts } from "#model/openstack-image";
import { parseFormat } from "#model/format";
import { openStore } from "#store/open";
import type { SignatureInputs } from "#providers/image-signature/inputs";
import { provider } from "#providers/image-signature/provider";
import { ownEnvironment } from "../own-environment.ts";
import { pythonVenv } from "../../servers/python-venv.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";

const id = { image: "tiny", version: "2026.1101.1" };
const certificate = "7d3c9b8e-2f41-4c8a-9a57-1e0d6b5c4f32";

/**
 * Verifies as Glance and Nova do, by the very library of theirs: only the key manager, from which they fetch the certificate, is
 * replaced by a file.
 */
const verifier = `
import json, sys
from cryptography import x509
from cursive import signature_utils as s
certificate, artifact = sys.argv[1:3]
properties = json.load(sys.stdin)
assert s.should_create_verifier(properties)
s.get_certificate = lambda context, uuid: x509.load_pem_x509_certificate(open(certificate, "rb").read())
v = s.get_verifier(None, *[properties[name] for name in (s.CERT_UUID, s.HASH_METHOD, s.SIGNATURE, s.KEY_TYPE)])
v.update(open(artifact, "rb").read())
v.verify()
`;

let dir: string;
let venv: string;
let restore: () => void;
let inputs: SignatureInputs;
beforeAll(async () => {
  venv = await pythonVenv("openstack", join(import.meta.dirname, "../../servers/openstack/requirements.txt"), () => {});
  dir = await mkdtemp(join(tmpdir(), "imagefleet-signature-"));
  const store = openStore(join(dir, "store"));
  restore = await ownEnvironment(dir, join(dir, "store"));
  const [record] = await storeRealRelease(store, id, ["qcow2"]);
  await execa("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", join(dir, "key.pem"), "-out", join(dir, "certificate.pem"), "-subj", "/CN=images", "-days", "2"]);
  vi.stubEnv("IMAGE_KEY_FILE", join(dir, "key.pem"));
  inputs = { ...id, site: "north", format: "qcow2", sha256: record!.artifact.sha256, certificate, keyFile: "IMAGE_KEY_FILE" };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  restore();
  await rm(dir, { recursive: true, force: true });
});

async function verifyAsGlance(signature: string, artifact: string): Promise<string> {
  const facts: ImageFacts = { ...id, key: keyOf(id), format: parseFormat("qcow2")!, sha256: inputs.sha256, os: undefined, gateSet: "0", stack: "a/b", superseded: false, signature };
  const site = { kind: "openstack", name: "north", cloud: "c", format: "qcow2", visibility: "private", members: [], properties: {}, tags: [], protected: false, wholeDisk: false, stuckAfter: 30, signature: { certificate, keyFile: "K" } } as const;
  const { exitCode, stderr } = await execa(join(venv, "bin/python"), ["-c", verifier, join(dir, "certificate.pem"), artifact], { input: JSON.stringify(imageProperties(site, facts)), reject: false });
  return exitCode === 0 ? "valid" : stderr;
}

test("Glance's own library accepts the signature with the image's properties, and refuses it for other bytes", async () => {
  const { outs } = await provider.create(inputs);
  expect(outs).toMatchObject({ ...inputs, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(Buffer.byteLength(JSON.stringify(outs))).toBeLessThan(1024);
  const artifact = await openStore(join(dir, "store")).open(id, "formats/qcow2", "tiny-2026.1101.1.qcow2");
  expect(await verifyAsGlance(outs!.signature, artifact)).toBe("valid");
  const other = join(dir, "other.qcow2");
  await writeFile(other, await readFile(artifact));
  await appendFile(other, "x");
  expect(await verifyAsGlance(outs!.signature, other)).toContain("InvalidSignature");
});

test("another certificate wants another signature; the key alone does not, for no diff may read it", async () => {
  const { outs } = await provider.create(inputs);
  expect((await provider.diff("", outs!, inputs)).changes).toBe(false);
  expect((await provider.diff("", outs!, { ...inputs, keyFile: "OTHER" })).changes).toBe(false);
  expect((await provider.diff("", outs!, { ...inputs, certificate: certificate.replace("7", "8") })).changes).toBe(true);
  const { outs: again } = await provider.update("", outs!, inputs);
  const key = createPublicKey(await readFile(join(dir, "certificate.pem")));
  const artifact = await readFile(await openStore(join(dir, "store")).open(id, "formats/qcow2", "tiny-2026.1101.1.qcow2"));
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  expect(verify("sha256", artifact, options, Buffer.from(again!.signature, "base64"))).toBe(true);
});

test("a key that is missing, unreadable or of another kind is told by its variable and path, and never shown", async () => {
  vi.stubEnv("IMAGE_KEY_FILE", "");
  await expect(provider.create(inputs)).rejects.toThrow(/cannot sign tiny@2026\.1101\.1 as qcow2 for north: the environment variable IMAGE_KEY_FILE is not set\n/);
  await writeFile(join(dir, "broken.pem"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  await execa("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", join(dir, "ec.pem")]);
  await chmod(join(dir, "ec.pem"), 0o600);
  for (const [name, cause] of [["nowhere.pem", "no such file"], ["broken.pem", ""], ["ec.pem", "a key of the type ec"]] as const) {
    vi.stubEnv("IMAGE_KEY_FILE", join(dir, name));
    const error = await provider.create(inputs).catch(({ message }: Error) => message);
    expect(error).toMatch(new RegExp(`${name}.*${cause}`, "i"));
    expect(error).not.toContain("c2VjcmV0");
  }
  vi.stubEnv("IMAGE_KEY_FILE", join(dir, "key.pem"));
});

test("an artifact that is not what was sealed is not signed", async () => {
  await expect(provider.create({ ...inputs, sha256: "0".repeat(64) })).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, where 0{64} was sealed/);
});
