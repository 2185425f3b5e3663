import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildRecord, ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import type { CatalogInputs } from "#providers/local-catalog/inputs";

/** A project directory with a store, in which everything that providers look at is private to the test. */
export interface Project {
  readonly dir: string;
  /** The catalog of the site `laptop`. */
  readonly root: string;
  readonly store: Store;
  /** Puts a release into the store and says how a LocalCatalog would be asked for it. */
  add(id: ReleaseId, content?: Buffer, key?: string): Promise<CatalogInputs>;
  remove(): Promise<void>;
}

export async function makeProject(): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-catalog-"));
  const root = join(dir, "site");
  const location = join(dir, "releases");
  // read by the providers at each call
  const before = { XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"], IMAGEFLEET_STORE: process.env["IMAGEFLEET_STORE"] };
  await mkdir(join(dir, "cache"));
  Object.assign(process.env, { XDG_CACHE_HOME: join(dir, "cache"), IMAGEFLEET_STORE: location });
  const store = openStore(location);
  return {
    dir,
    root,
    store,
    add: (id, content = randomBytes(3000), key = digest(`${id.image} ${id.version}`)) => addRelease(store, root, id, content, key),
    async remove() {
      for (const [name, value] of Object.entries(before)) value === undefined ? delete process.env[name] : (process.env[name] = value);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

async function addRelease(store: Store, path: string, { image, version }: ReleaseId, content: Buffer, key: string): Promise<CatalogInputs> {
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, "disk.qcow2"), content);
  const at = "2026-11-01T10:00:00Z";
  const disk = { name: "disk.qcow2", format: "qcow2", sha256: digest(content), bytes: content.length, virtualBytes: 10 * 2 ** 30 } as const;
  const record = (artifacts: BuildRecord["artifacts"]): BuildRecord => ({
    schemaVersion: 1, image, version, artifacts, key, epoch: "2026-11-01", inputs: {}, disk, startedAt: at, finishedAt: at, steps: [], tools: {},
    accelerator: "tcg", logs: [], os: { family: "debian", release: "12", arch: "x86_64" },
  });
  await staging.commit({ image, version }, "build", ["disk.qcow2"], record);
  return { site: "laptop", path, image, version, key, sha256: disk.sha256, bytes: disk.bytes };
}
