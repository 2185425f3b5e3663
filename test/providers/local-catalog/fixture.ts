import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { artifactName, parseFormat } from "#model/format";
import type { Artifact, BuildRecord, FormatRecord, GateRecord, GroupRecord, ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { GroupName, Store } from "#store/store";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { createKeyFile } from "#providers/seal/create-key-file";
import { sealGroup } from "#providers/seal/seal-group";
import { sealFiles } from "#providers/seal/seal-names";
import { signingKey } from "#providers/seal/signing-key";

/** A project directory with a store, in which everything that providers look at is private to the test. */
export interface Project {
  readonly dir: string;
  /** The catalog of the site `laptop`. */
  readonly root: string;
  readonly store: Store;
  /** Puts a sealed format of a release into the store and says how a LocalCatalog would be asked for it. */
  add(id: ReleaseId, content?: Buffer, options?: { readonly key?: string; readonly format?: string }): Promise<CatalogInputs>;
  remove(): Promise<void>;
}

export async function makeProject(): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-catalog-"));
  const root = join(dir, "site");
  const location = join(dir, "releases");
  // read by the providers at each call
  const own = { XDG_CACHE_HOME: join(dir, "cache"), IMAGEFLEET_STORE: location, IMAGEFLEET_SIGNING_KEY_FILE: join(dir, "signing-key.asc") };
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
  await mkdir(join(dir, "cache"));
  await createKeyFile(own.IMAGEFLEET_SIGNING_KEY_FILE);
  Object.assign(process.env, own);
  const store = openStore(location);
  return {
    dir,
    root,
    store,
    add: (id, content = randomBytes(3000), { key = digest(`${id.image} ${id.version}`), format = "qcow2" } = {}) => addRelease(store, root, id, format, content, key),
    async remove() {
      for (const [name, value] of Object.entries(before)) value === undefined ? delete process.env[name] : (process.env[name] = value);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

async function addRelease(store: Store, path: string, id: ReleaseId, format: string, content: Buffer, key: string): Promise<CatalogInputs> {
  await storeBuild(store, id, key);
  await storePassed(store, id);
  const artifact = await storeSealed(store, id, format, content);
  return { site: "laptop", path, ...id, format, key, sha256: artifact.sha256, bytes: artifact.bytes };
}

const at = "2026-11-01T10:00:00Z";

async function storeBuild(store: Store, id: ReleaseId, key: string): Promise<void> {
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, "disk.qcow2"), `the disk of ${id.image}`);
  await staging.commit<BuildRecord>(id, "build", ["disk.qcow2"], (artifacts) => ({
    schemaVersion: 1, ...id, artifacts, key, epoch: "2026-11-01", inputs: {}, startedAt: at, finishedAt: at, steps: [], tools: {}, accelerator: "tcg", logs: [],
    disk: { name: "disk.qcow2", format: "qcow2", sha256: artifacts[0]!.sha256, bytes: artifacts[0]!.bytes, virtualBytes: 10 * 2 ** 30 },
    os: { family: "debian", release: "12", arch: "x86_64" },
  }));
  await staging.abandon();
}

async function storePassed(store: Store, id: ReleaseId): Promise<void> {
  const gateSet = "0123456789abcdef";
  await storeSealedGroup<GateRecord>(store, id, `gates/${gateSet}`, "evidence.json", Buffer.from("{}"), () => ({ gateSet, verdict: "passed", gates: [], waived: [], startedAt: at, finishedAt: at }));
}

async function storeSealed(store: Store, id: ReleaseId, format: string, content: Buffer): Promise<Artifact> {
  const name = artifactName(id, parseFormat(format)!);
  return storeSealedGroup<FormatRecord>(store, id, `formats/${format}`, name, content, (artifact) => ({ format, artifact, startedAt: at, finishedAt: at, steps: [], tools: {}, facts: {} }));
}

type Own<R> = Omit<R, "schemaVersion" | "image" | "version" | "artifacts" | "source" | "seal">;

/** Stores a group of one file, sealed by the test's own key as inspection and conversion do. */
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
