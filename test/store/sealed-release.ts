import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactName, parseFormat } from "#model/format";
import type { Artifact, BuildRecord, FormatRecord, GateRecord, GroupRecord, ReleaseId } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { sealGroup } from "#providers/seal/seal-group";
import { sealFiles } from "#providers/seal/seal-names";
import { signingKey } from "#providers/seal/signing-key";

const at = "2026-11-01T10:00:00Z";

/** Stores the build of a release, whose disk need not be one. */
export async function storeBuilt(store: Store, id: ReleaseId, build: Pick<BuildRecord, "key"> & Partial<BuildRecord>, disk: string | Buffer = `the disk of ${id.image}`, virtualBytes = 10 * 2 ** 30): Promise<void> {
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, "disk.qcow2"), disk);
  await staging.commit<BuildRecord>(id, "build", ["disk.qcow2"], (artifacts) => ({
    schemaVersion: 1, ...id, epoch: "2026-11-01", inputs: {}, startedAt: at, finishedAt: at, steps: [], tools: {}, accelerator: "tcg", logs: [],
    os: { family: "debian", release: "12", arch: "x86_64" }, ...build, artifacts,
    disk: { name: "disk.qcow2", format: "qcow2", sha256: artifacts[0]!.sha256, bytes: artifacts[0]!.bytes, virtualBytes },
  }));
  await staging.abandon();
}

/** Stores the evidence of a passed set of gates, sealed. */
export async function storePassed(store: Store, id: ReleaseId, gateSet = "0123456789abcdef"): Promise<void> {
  await storeSealedGroup<GateRecord>(store, id, `gates/${gateSet}`, "evidence.json", Buffer.from("{}"), () => ({ gateSet, verdict: "passed", gates: [], waived: [], startedAt: at, finishedAt: at }));
}

/** Stores a format, sealed. @returns its artifact */
export async function storeSealed(store: Store, id: ReleaseId, format: string, content: Buffer): Promise<Artifact> {
  const name = artifactName(id, parseFormat(format)!);
  return storeSealedGroup<FormatRecord>(store, id, `formats/${format}`, name, content, (artifact) => ({ format, artifact, startedAt: at, finishedAt: at, steps: [], tools: {}, facts: {} }));
}

type Own<R> = Omit<R, "schemaVersion" | "image" | "version" | "artifacts" | "source" | "seal">;

/** Stores a group of one file, sealed by the key of IMAGEFLEET_SIGNING_KEY_FILE as inspection and conversion do. */
async function storeSealedGroup<R extends GroupRecord>(store: Store, id: ReleaseId, group: GroupName, name: string, content: Buffer, own: (artifact: Artifact) => Own<R>): Promise<Artifact> {
  const build = (await store.record(id, "build"))!;
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, name), content);
  const artifacts = await staging.digest([name]);
  const record = { schemaVersion: 1, ...id, ...own(artifacts[0]!), source: { name: build.disk.name, sha256: build.disk.sha256 } } as const;
  const seal = await sealGroup({ id, group, dir: staging.dir, artifacts, build, record, key: await signingKey({ createKey: false, trust: [] }, "seal a test's release") });
  await staging.commit(id, group, [name, ...sealFiles], (all) => ({ ...record, artifacts: all, seal }));
  await staging.abandon();
  return artifacts[0]!;
}
