import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { createKeyFile } from "#providers/seal/create-key-file";
import { storeBuilt, storePassed, storeSealed } from "../../store/sealed-release.ts";

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
  await storeBuilt(store, id, { key });
  await storePassed(store, id);
  const { sha256, bytes } = await storeSealed(store, id, format, content);
  return { site: "laptop", path, ...id, format, key, sha256, bytes };
}
