import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "openpgp";
import type { BuildRecord, FormatRecord, GateRecord, ReleaseId } from "#model/release";
import { sealGroup } from "#providers/seal/seal-group";
import { sealNames } from "#providers/seal/seal-names";
import { asSigningKey, type SigningKey } from "#providers/seal/signing-key";
import { publicKeys, type TrustedKeys } from "#providers/seal/trusted-keys";
import type { GroupName, Store } from "#store/store";
import { makeStore, release, storeBuild, type Fixture } from "../../store/fixture.ts";

export const gateSet = "0123456789abcdef";
export const gatesGroup: GroupName = `gates/${gateSet}`;

/** A key of a test's own. */
export async function makeKey(): Promise<SigningKey> {
  const { privateKey } = await generateKey({ type: "ecc", curve: "ed25519Legacy", userIDs: [{ name: "test" }], subkeys: [], format: "object" });
  return asSigningKey(privateKey);
}

export async function trustOf(key: SigningKey, dir: string): Promise<TrustedKeys> {
  const file = join(dir, `${key.fingerprint}.asc`);
  await writeFile(file, key.publicKey);
  return publicKeys(file, "test");
}

const times = { startedAt: "2026-11-02T10:00:00Z", finishedAt: "2026-11-02T10:06:00Z" };

/** Stores and seals a group of the given files, as the inspection and the format framework do. */
export async function storeSealed(store: Store, id: ReleaseId, group: GroupName, contents: Readonly<Record<string, string | Buffer>>, key: SigningKey): Promise<void> {
  const build = (await store.record<BuildRecord>(id, "build"))!;
  const staging = await store.stage(group);
  for (const [name, content] of Object.entries(contents)) await writeFile(join(staging.dir, name), content);
  const artifacts = await staging.digest(Object.keys(contents));
  const { artifacts: _, seal: __, ...record } = group.startsWith("gates/")
    ? ({ ...base(id, build), gateSet: group.slice("gates/".length), verdict: "passed", gates: [], waived: [], ...times } satisfies Omit<GateRecord, "seal">)
    : ({ ...base(id, build), format: group.slice("formats/".length), artifact: artifacts[0]!, steps: [{ name: "convert", seconds: 1.5 }], tools: { "qemu-img": "7.2.0" }, facts: { virtualBytes: 1 << 30 }, ...times } satisfies Omit<FormatRecord, "seal">) as Record<string, unknown>;
  const seal = await sealGroup({ id, group, dir: staging.dir, artifacts, build, record, key });
  await staging.commit(id, group, [...artifacts, ...Object.values(sealNames)], (all) => ({ ...record, schemaVersion: 1, ...id, artifacts: all, seal }));
}

function base(id: ReleaseId, build: BuildRecord) {
  return { schemaVersion: 1, ...id, artifacts: [], source: { name: build.disk.name, sha256: build.disk.sha256 } } as const;
}

/** A release with its build, its passed gates and one format, sealed. */
export async function storeSealedRelease(store: Store, id: ReleaseId, key: SigningKey): Promise<void> {
  await storeBuild(store, id, randomBytes(70_000));
  await storeSealed(store, id, gatesGroup, { "evidence.json": JSON.stringify({ gates: [] }), "evidence.html": "<!doctype html>\n", "boot-bios-virtio.log": "boot\n" }, key);
  await storeSealed(store, id, "formats/qcow2", { [`${id.image}-${id.version}.qcow2`]: randomBytes(40_000) }, key);
  await storeSealed(store, id, "formats/vhd", { [`${id.image}-${id.version}.vhd`]: randomBytes(30_000) }, key);
}

export interface SealedFixture extends Fixture {
  readonly key: SigningKey;
  readonly trusted: TrustedKeys;
  readonly id: ReleaseId;
}

export async function makeSealedStore(): Promise<SealedFixture> {
  const fixture = await makeStore();
  const key = await makeKey();
  const id = release(1);
  await storeSealedRelease(fixture.store, id, key);
  return { ...fixture, key, id, trusted: await trustOf(key, fixture.dir) };
}
