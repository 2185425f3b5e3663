import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createMessage, generateKey, reformatKey, revokeKey, sign, type Key, type PrivateKey } from "openpgp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkSignature } from "#providers/seal/check-signature";
import type { SigningKey } from "#providers/seal/signing-key";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { makeKey, trustOf } from "./fixture.ts";

const content = Buffer.from("a list of sums\n");
let dir: string;
let key: SigningKey;
let trusted: TrustedKeys;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-signatures-"));
  key = await makeKey();
  trusted = await trustOf(key, dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const day = 24 * 3600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * day);

async function keyOf(options: { date?: Date; keyExpirationTime?: number } = {}): Promise<{ privateKey: PrivateKey; publicKey: Key; revocationCertificate: string }> {
  return generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [{ name: "old" }], subkeys: [], format: "object", ...options });
}

async function signedAt(privateKey: PrivateKey, date: Date): Promise<string> {
  return sign({ message: await createMessage({ binary: content }), signingKeys: privateKey, detached: true, format: "armored", date });
}

test("a signature by a trusted key is good, for these bytes only", async () => {
  const armored = await key.sign(content);
  expect(await checkSignature(content, armored, trusted)).toEqual({ good: true, fingerprint: key.fingerprint });
  expect(await checkSignature(Buffer.from("a list of sums\r\n"), armored, trusted)).toMatchObject({ good: false, problem: "bad signature", detail: expect.stringContaining(key.fingerprint) });
  expect(await checkSignature(content, armored, [])).toMatchObject({ problem: "unknown key", detail: expect.stringContaining("no key is known") });
});

test("whatever stands in the place of a signature is refused, and never an error", { timeout: 120_000 }, async () => {
  const armored = await key.sign(content);
  const lines = armored.split("\n");
  // between the armor's head and its checksum: all of it is signature
  const body = { from: armored.indexOf("\n\n") + 2, to: armored.indexOf("\n=") };
  expect(lines.length).toBeGreaterThan(5);
  await fc.assert(fc.asyncProperty(fc.integer({ min: body.from, max: body.to - 4 }), fc.constantFrom(..."ABCDabcd0123+/"), async (position, letter) => {
    fc.pre(armored[position] !== letter && armored[position] !== "\n");
    const altered = armored.slice(0, position) + letter + armored.slice(position + 1);
    const verdict = await checkSignature(content, altered, trusted);
    // the hint of who signed is outside of what is signed; nothing else is
    if (verdict.good) expect(await checkSignature(Buffer.from("other bytes"), altered, trusted)).toMatchObject({ good: false });
  }), { numRuns: 600 });
  await fc.assert(fc.asyncProperty(fc.string(), async (text) => {
    expect(await checkSignature(content, text, trusted)).toMatchObject({ good: false, problem: "bad signature" });
  }), { numRuns: 100 });
});

test("one good signature among several is enough", async () => {
  const other = await keyOf();
  const message = await createMessage({ binary: content });
  const mine = await keyOf();
  const both = await sign({ message, signingKeys: [other.privateKey, mine.privateKey], detached: true, format: "armored" });
  expect(await checkSignature(content, both, [mine.publicKey])).toMatchObject({ good: true });
  expect(await checkSignature(content, both, trusted)).toMatchObject({ problem: "unknown key", detail: expect.stringContaining(other.publicKey.getFingerprint().toUpperCase()) });
});

test("what a key signed before it expired stays good; what it signed afterwards is not", async () => {
  const { privateKey, publicKey } = await keyOf({ date: daysAgo(30), keyExpirationTime: (10 * day) / 1000 });
  expect(await checkSignature(content, await signedAt(privateKey, daysAgo(25)), [publicKey])).toMatchObject({ good: true });
  const renewed = await reformatKey({ privateKey, userIDs: [{ name: "old" }], date: new Date(), format: "object" });
  const later = await signedAt(renewed.privateKey, daysAgo(0));
  expect(await checkSignature(content, later, [publicKey])).toMatchObject({ problem: "bad signature", detail: expect.stringMatching(/expired/i) });
});

test("what a key signed stays good when its expiry is moved", async () => {
  const { privateKey } = await keyOf({ date: daysAgo(30), keyExpirationTime: (60 * day) / 1000 });
  const armored = await signedAt(privateKey, daysAgo(20));
  const { publicKey } = await reformatKey({ privateKey, userIDs: [{ name: "old" }], keyExpirationTime: (400 * day) / 1000, format: "object" });
  expect(await checkSignature(content, armored, [publicKey])).toMatchObject({ good: true });
});

test("a key that is known as stolen vouches for nothing, and one that was replaced for what it signed until then", async () => {
  const { privateKey } = await keyOf({ date: daysAgo(30) });
  const before = await signedAt(privateKey, daysAgo(20));
  const stolen = await revokeKey({ key: privateKey, reasonForRevocation: { flag: 2 }, format: "object" });
  expect(await checkSignature(content, before, [stolen.publicKey])).toMatchObject({ problem: "bad signature", detail: expect.stringMatching(/revoked/i) });
  const replaced = await revokeKey({ key: privateKey, reasonForRevocation: { flag: 1 }, format: "object" });
  expect(await checkSignature(content, before, [replaced.publicKey])).toMatchObject({ good: true });
});

test("a builder's clock may be ahead by hours, not by days", async () => {
  const { privateKey, publicKey } = await keyOf();
  const at = (hours: number) => signedAt(privateKey, new Date(Date.now() + hours * 3600_000));
  expect(await checkSignature(content, await at(20), [publicKey])).toMatchObject({ good: true });
  expect(await checkSignature(content, await at(30), [publicKey])).toMatchObject({ problem: "bad signature", detail: expect.stringMatching(/future/) });
});
