import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { BuildRecord, FormatRecord, GroupRecord, SealFacts } from "#model/release";
import { openEnvelope } from "#providers/seal/dsse";
import { sealGroup } from "#providers/seal/seal-group";
import { signingKey, type SigningKey } from "#providers/seal/signing-key";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { verifyRelease } from "#providers/seal/verify-release";
import { baseEnvironment, exec } from "#providers/shared/exec";
import { makeStore, release, type Fixture } from "../../store/fixture.ts";
import { gatesGroup, makeKey, storeSealedRelease } from "./fixture.ts";
import { GnuPg } from "./gnupg.ts";

const passphrase = "correct horse battery staple";
const id = release(1);
let maker: GnuPg;
let fixture: Fixture;

beforeAll(async () => {
  maker = new GnuPg();
  fixture = await makeStore();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await maker.remove();
  await fixture.remove();
});

/** Keys as users have them: from gpg, protected or not, and our own. */
const origins: [string, () => Promise<SigningKey>][] = [
  ["an ed25519 key of our own", makeKey],
  ["an ed25519 key of gpg's, with a passphrase", () => fromGpg("ed25519", passphrase)],
  ["an RSA key of gpg's", () => fromGpg("rsa3072", "")],
  ["an RSA key of gpg's, with a passphrase", () => fromGpg("rsa2048", passphrase)],
];

async function fromGpg(algorithm: string, secret: string): Promise<SigningKey> {
  const fingerprint = await maker.makeKey(algorithm, "sign", secret);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY", await maker.secretKey(fingerprint, secret));
  vi.stubEnv("IMAGEFLEET_SIGNING_PASSPHRASE", secret);
  const key = await signingKey({ createKey: false, trust: [] }, "seal");
  expect(key.fingerprint).toBe(fingerprint);
  return key;
}

test.for(origins)("gpg with nothing but the public key accepts what is sealed with %s, and sha256sum the sums", { timeout: 120_000 }, async ([origin, make], { onTestFinished }) => {
  const key = await make();
  const release = { image: origin.replaceAll(/[^a-z0-9]+/gi, "-"), version: id.version };
  await storeSealedRelease(fixture.store, release, key);
  const verifier = new GnuPg();
  onTestFinished(() => verifier.remove());
  await verifier.import(key.publicKey);
  for (const group of ["gates/0123456789abcdef", "formats/qcow2"]) {
    const dir = join(fixture.root, "images", release.image, release.version, group);
    const [sums, signature] = [join(dir, "SHA256SUMS"), join(dir, "SHA256SUMS.asc")];
    const said = await verifier.verify(signature, sums);
    expect(said).toContain("ok true");
    expect(said.filter((line) => line.startsWith("VALIDSIG"))).toEqual([expect.stringContaining(key.fingerprint)]);
    const checked = await exec("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: dir, env: baseEnvironment() });
    expect(checked).toMatchObject({ ok: true, stdout: expect.stringMatching(/^provenance\.intoto\.json: OK$/m) });
    const altered = join(verifier.home, "altered");
    await writeFile(altered, (await readFile(sums, "utf8")).replace("0", "1"));
    expect(await verifier.verify(signature, altered)).toContain("ok false");
    // the statement's own signature, over what DSSE says is signed
    const { signed, signatures } = openEnvelope(await readFile(join(dir, "provenance.intoto.json"), "utf8"))!;
    await writeFile(join(verifier.home, "signed"), signed);
    await writeFile(join(verifier.home, "signed.asc"), signatures[0]!.armored);
    expect(await verifier.verify(join(verifier.home, "signed.asc"), join(verifier.home, "signed"))).toContain("ok true");
  }
  const own = await trustedKeysOf(key);
  const reports = await verifyRelease(fixture.store, release, own, { cacheDir: fixture.cacheDir });
  expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
  expect(reports.map(({ signer }) => signer)).toEqual([undefined, key.fingerprint, key.fingerprint, key.fingerprint]);
});

test("a format's statement is SLSA provenance that binds it to the one disk, with all inputs and tools", async () => {
  await storeSealedRelease(fixture.store, id, await makeKey());
  const { store } = fixture;
  const [build, record] = [(await store.record<BuildRecord>(id, "build"))!, (await store.record<FormatRecord>(id, "formats/qcow2"))!];
  const statement = await statementOf("formats/qcow2");
  expect(statement).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://slsa.dev/provenance/v1",
    subject: [{ name: "debian-12-2026.1101.1.qcow2", digest: { sha256: record.artifact.sha256 } }],
    predicate: {
      buildDefinition: { externalParameters: { ...id, key: build.key, epoch: "2026-11-01", group: "formats/qcow2" } },
      runDetails: { builder: { version: { packer: "1.12.0", "qemu-img": "7.2.0" } }, metadata: { startedOn: record.startedAt, finishedOn: record.finishedAt } },
    },
  });
  const dependencies = statement.predicate.buildDefinition.resolvedDependencies;
  expect(dependencies).toContainEqual({ name: "build/disk.qcow2", digest: { sha256: build.disk.sha256 } });
  expect(dependencies).toContainEqual({ name: "input/script:web-server", digest: { sha256: "c".repeat(64) } });
  expect(dependencies.map(({ name }) => name)).toEqual(expect.arrayContaining(["build/packer.log", "build/release.json"]));
  const { artifacts: _, seal: __, ...signed } = record;
  expect(JSON.parse(Buffer.from(statement.predicate.runDetails.byproducts[0]!.content, "base64").toString())).toEqual(signed);
});

test("the gates' statement vouches for the whole build besides their evidence", async () => {
  const statement = await statementOf(gatesGroup);
  expect(statement.subject.map(({ name }) => name)).toEqual(["evidence.json", "evidence.html", "boot-bios-virtio.log", "build/disk.qcow2", "build/packer.log", "build/release.json"]);
  const record = (await fixture.store.record<GroupRecord & { seal: SealFacts }>(id, gatesGroup))!;
  expect(record.seal).toEqual({ fingerprint: expect.stringMatching(/^[0-9A-F]{40}$/), sums: "SHA256SUMS", signature: "SHA256SUMS.asc", statement: "provenance.intoto.json" });
});

test("a seal that cannot be made or written is a failure that says so", async () => {
  const build = (await fixture.store.record<BuildRecord>(id, "build"))!;
  const key = await makeKey();
  const job = { id, group: "formats/raw", dir: join(fixture.dir, "nowhere"), artifacts: [], build, record: {}, key } as const;
  await expect(sealGroup(job)).rejects.toThrow(/^cannot seal formats\/raw of debian-12@2026\.1101\.1 \(.*nowhere\): ENOENT.*\n {2}what to do: /);
  const locked = { ...key, sign: () => Promise.reject(new Error("Primary key is expired")) };
  await expect(sealGroup({ ...job, dir: fixture.dir, key: locked })).rejects.toThrow(/Primary key is expired/);
});

interface Descriptor { readonly name: string; readonly digest: object; readonly content: string }
interface StatementJson {
  readonly subject: readonly Descriptor[];
  readonly predicate: { readonly buildDefinition: { readonly resolvedDependencies: readonly Descriptor[] }; readonly runDetails: { readonly byproducts: readonly Descriptor[] } };
}

async function statementOf(group: "formats/qcow2" | typeof gatesGroup): Promise<StatementJson> {
  const file = await fixture.store.open(id, group, "provenance.intoto.json");
  return JSON.parse(openEnvelope(await readFile(file, "utf8"))!.payload.toString()) as StatementJson;
}

async function trustedKeysOf(key: SigningKey) {
  const file = join(fixture.dir, `${key.fingerprint}.pub.asc`);
  await writeFile(file, key.publicKey);
  vi.unstubAllEnvs();
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY", "");
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", "");
  return trustedKeys({ createKey: false, trust: [file] }, "verify");
}
