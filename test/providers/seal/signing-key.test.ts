import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateKey, readKey } from "openpgp";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { SealConfig } from "#model/gates";
import { checkSignature } from "#providers/seal/check-signature";
import { signingKey } from "#providers/seal/signing-key";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { GnuPg } from "./gnupg.ts";

const passphrase = "correct horse battery staple";
let gpg: GnuPg;
let dir: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  gpg = new GnuPg();
  for (const [name, algorithm, usage, secret] of [["ed25519", "ed25519", "sign", ""], ["rsa", "rsa3072", "sign", passphrase], ["certifyOnly", "ed25519", "cert", ""]] as const) {
    keys[name] = await gpg.secretKey(await gpg.makeKey(algorithm, usage, secret), secret);
  }
  const doomed = await gpg.makeKey("rsa2048", "sign");
  await gpg.revoke(doomed);
  keys["revoked"] = await gpg.secretKey(doomed);
}, 120_000);
afterAll(() => gpg.remove());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-key-"));
  for (const name of ["IMAGEFLEET_SIGNING_KEY", "IMAGEFLEET_SIGNING_KEY_FILE", "IMAGEFLEET_SIGNING_PASSPHRASE"]) vi.stubEnv(name, "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

function config(settings: Partial<SealConfig> = {}): SealConfig {
  return { createKey: false, trust: [], ...settings };
}

async function keyFile(text: string, mode = 0o600, name = "key.asc"): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
}

async function refusal(settings: Partial<SealConfig> = {}): Promise<string> {
  const error = await signingKey(config(settings), "seal debian-12@2026.1101.1").then(() => new Error("it was accepted"), (caught: Error) => caught);
  expect(error.message).toMatch(/^cannot seal debian-12@2026\.1101\.1/);
  expect(error.message).toContain("\n  what to do: ");
  return error.message;
}

test.for([["ed25519", ""], ["rsa", passphrase]] as const)("a key that gpg made signs: %s", async ([name, secret]) => {
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY", keys[name]);
  vi.stubEnv("IMAGEFLEET_SIGNING_PASSPHRASE", secret);
  const key = await signingKey(config(), "seal");
  expect(key.fingerprint).toMatch(/^[0-9A-F]{40}$/);
  expect(key.publicKey).toContain("BEGIN PGP PUBLIC KEY BLOCK");
  expect(JSON.stringify(key) + String(key)).not.toContain("PRIVATE");
  const trusted = await trustedKeys(config(), "verify");
  expect(await checkSignature(Buffer.from("x"), await key.sign("x"), trusted)).toEqual({ good: true, fingerprint: key.fingerprint });
});

test("the environment's key comes before its file, and that before the configuration's", async () => {
  const own = await makeArmored();
  const other = await makeArmored();
  const settings = config({ key: await keyFile(own.text, 0o600, "own.asc") });
  expect((await signingKey(settings, "seal")).fingerprint).toBe(own.fingerprint);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", await keyFile(other.text, 0o600, "other.asc"));
  expect((await signingKey(settings, "seal")).fingerprint).toBe(other.fingerprint);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY", keys["ed25519"]);
  expect([own.fingerprint, other.fingerprint]).not.toContain((await signingKey(settings, "seal")).fingerprint);
});

test("without a key it says how to give one", async () => {
  expect(await refusal()).toMatch(/there is no key to sign with\n {2}what to do: .*gpg --armor --export-secret-keys.*IMAGEFLEET_SIGNING_KEY.*createKey/);
  expect(await refusal({ key: join(dir, "none.asc") })).toMatch(/none\.asc\): there is no such key file/);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", join(dir, "nowhere.asc"));
  expect(await refusal({ key: await keyFile(keys["ed25519"]!) })).toMatch(/nowhere\.asc\): there is no such key file, which IMAGEFLEET_SIGNING_KEY_FILE names/);
});

test("a protected key wants its passphrase, and never shows it", async () => {
  const key = await keyFile(keys["rsa"]!);
  expect(await refusal({ key })).toMatch(/protected by a passphrase\n {2}what to do: set IMAGEFLEET_SIGNING_PASSPHRASE/);
  vi.stubEnv("IMAGEFLEET_SIGNING_PASSPHRASE", "a wrong guess");
  const message = await refusal({ key });
  expect(message).toMatch(/the passphrase in IMAGEFLEET_SIGNING_PASSPHRASE does not open it/);
  expect(message).not.toContain("a wrong guess");
});

test("a key that others can read, or that must not sign, is refused", async () => {
  expect(await refusal({ key: await keyFile(keys["ed25519"]!, 0o640) })).toMatch(/can be read by others \(mode 640\)\n {2}what to do: chmod 600/);
  expect(await refusal({ key: await keyFile(keys["revoked"]!) })).toMatch(/the key [0-9A-F]{40} is revoked/);
  expect(await refusal({ key: await keyFile(keys["certifyOnly"]!) })).toMatch(/cannot sign/);
  const expired = await makeArmored({ date: new Date("2020-01-01"), keyExpirationTime: 3600 * 24 });
  expect(await refusal({ key: await keyFile(expired.text) })).toMatch(/expired on 2020-01-02\n {2}what to do: extend it/);
  const { publicKey } = await generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [{ name: "test" }], format: "armored" });
  expect(await refusal({ key: await keyFile(publicKey) })).toMatch(/it is a public key/);
  for (const text of ["", "hello", keys["ed25519"]!.slice(0, 200)]) expect(await refusal({ key: await keyFile(text) })).toMatch(/it is no OpenPGP key/);
});

test("a key in gpg's binary form is read, too", async () => {
  const armored = await keyFile(keys["ed25519"]!);
  const binary = join(dir, "key.gpg");
  await gpg.must("--output", binary, "--dearmor", armored);
  await chmod(binary, 0o600);
  expect((await signingKey(config({ key: binary }), "seal")).fingerprint).toBe((await signingKey(config({ key: armored }), "seal")).fingerprint);
});

test("createKey makes a key for this user alone, says so once, and keeps its public part beside it", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  const path = join(dir, "new/keys/signing-key.asc");
  const settings = config({ key: path, createKey: true });
  const key = await signingKey(settings, "seal");
  expect((await signingKey(settings, "seal")).fingerprint).toBe(key.fingerprint);
  expect(said.mock.calls).toEqual([[expect.stringContaining(`${path} (${key.fingerprint})`)]]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const file = join(dir, "new/keys/signing-key.pub.asc");
  expect((await readKey({ armoredKey: await readFile(file, "utf8") })).getUserIDs()).toEqual(["imagefleet (release signing key of this stack)"]);
  expect(await readdir(join(dir, "new/keys"))).toEqual(["signing-key.asc", "signing-key.pub.asc"]);
  await rm(file);
  await signingKey(settings, "seal");
  expect(await readFile(file, "utf8")).toBe(key.publicKey);
});

test("createKey makes the key where the environment names its file, if it names one", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const named = join(dir, "named.asc");
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", named);
  const settings = config({ key: join(dir, "configured.asc"), createKey: true });
  const key = await signingKey(settings, "seal");
  expect((await readdir(dir)).sort()).toEqual(expect.arrayContaining(["named.asc", "named.pub.asc"]));
  expect(await readdir(dir)).not.toContain("configured.asc");
  expect((await trustedKeys(settings, "verify")).map((trusted) => trusted.getFingerprint().toUpperCase())).toEqual([key.fingerprint]);
});

test("the public part of a key that was lost or replaced is kept, for what it sealed", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  const settings = config({ key: join(dir, "signing-key.asc"), createKey: true });
  const first = await signingKey(settings, "seal");
  await rm(join(dir, "signing-key.asc"));
  const second = await signingKey(settings, "seal");
  expect(second.fingerprint).not.toBe(first.fingerprint);
  const aside = join(dir, `signing-key.${first.fingerprint}.pub.asc`);
  expect(await readFile(aside, "utf8")).toBe(first.publicKey);
  expect(await readFile(join(dir, "signing-key.pub.asc"), "utf8")).toBe(second.publicKey);
  expect(said.mock.calls.flat().join("\n")).toContain(`${aside}: add it to imagefleet:seal.trust`);
  expect(await trustedKeys({ ...settings, trust: [aside] }, "verify")).toHaveLength(2);
});

test("a key that cannot be made says where and why", async () => {
  const file = await keyFile("a file where a directory should be", 0o600, "file");
  const failed = signingKey(config({ key: join(file, "signing-key.asc"), createKey: true }), "seal");
  await expect(failed).rejects.toThrow(/^cannot .*file.*(ENOTDIR|EEXIST)[\s\S]*what to do: /);
});

test("the public part is enough to verify with", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const settings = config({ key: join(dir, "signing-key.asc"), createKey: true });
  const key = await signingKey(settings, "seal");
  await rm(join(dir, "signing-key.asc"));
  expect((await trustedKeys({ ...settings, createKey: false }, "verify")).map((one) => one.getFingerprint().toUpperCase())).toEqual([key.fingerprint]);
  expect(await trustedKeys(config({ key: join(dir, "elsewhere.asc") }), "verify")).toEqual([]);
});

test("several processes that make the key at once agree on one", { timeout: 120_000 }, async () => {
  const child = fileURLToPath(new URL("./create-key-child.ts", import.meta.url));
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => execa(process.execPath, [child, join(dir, "signing-key.asc")])));
  const lines = outcomes.map(({ stdout }) => stdout.split("\n"));
  expect(new Set(lines.map((said) => said.at(-1))).size).toBe(1);
  expect(lines.filter((said) => said.length > 1)).toHaveLength(1);
  expect(await readdir(dir)).toEqual(["signing-key.asc", "signing-key.pub.asc"]);
});

test("a file of trusted keys may hold several, and one without a key is refused", async () => {
  const [first, second] = [await makeArmored(), await makeArmored()];
  const both = await keyFile(`${first.publicText}\nnotes between them\n${second.publicText}`, 0o644, "both.asc");
  expect((await trustedKeys(config({ trust: [both] }), "verify")).map((key) => key.getFingerprint().toUpperCase())).toEqual([first.fingerprint, second.fingerprint]);
  for (const [file, problem] of [[await keyFile("no key", 0o644, "none.asc"), /cannot be read as a public key/], [join(dir, "missing.asc"), /missing\.asc\): .*ENOENT/]] as const) {
    await expect(trustedKeys(config({ trust: [file] }), "verify")).rejects.toThrow(problem);
  }
});

async function makeArmored(options: { date?: Date; keyExpirationTime?: number } = {}) {
  const { privateKey, publicKey } = await generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [{ name: "test" }], subkeys: [], format: "object", ...options });
  return { text: privateKey.armor(), publicText: publicKey.armor(), fingerprint: publicKey.getFingerprint().toUpperCase() };
}
