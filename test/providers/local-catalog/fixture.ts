import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import type { CatalogInputs, CatalogOutputs } from "#providers/local-catalog/inputs";
import { provider } from "#providers/local-catalog/provider";
import { ownEnvironment } from "../own-environment.ts";
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
  const restore = await ownEnvironment(dir, location);
  const store = openStore(location);
  return {
    dir,
    root,
    store,
    add: (id, content = randomBytes(3000), { key = digest(`${id.image} ${id.version}`), format = "qcow2" } = {}) => addRelease(store, root, id, format, content, key),
    async remove() {
      restore();
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

/** The tenth serial is the newer one, though text sorts it first. */
export const first = { image: "debian-12", version: "2026.1101.9" };
export const second = { image: "debian-12", version: "2026.1101.10" };

/** Publishes by the provider, as a new resource. */
export async function published(inputs: CatalogInputs): Promise<CatalogOutputs> {
  return (await provider.create(inputs)).outs!;
}

/** What a refresh says of it; `gone` where it is no longer there. */
export async function stateOf(outs: CatalogOutputs): Promise<string> {
  const { id, props } = await provider.read("id", outs);
  return id === "" ? "gone" : props!.state;
}

/** Changes a byte and nothing that a look at the directory shows. */
export async function flipByte(path: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[7]! ^= 1;
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
}
