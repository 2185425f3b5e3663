import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Semaphore } from "async-mutex";
import { gcpImageName } from "#model/gcp-image";
import type { Store } from "#store/store";
import { defaultCacheDir } from "#store/verified-cache";
import { reindex } from "#providers/local-catalog/reindex";
import { createKeyFile } from "#providers/seal/create-key-file";
import { Project } from "../test/integration/project.ts";
import { installStandInPlugins } from "../test/plugins/install.ts";
import { startGcp, type Gcp } from "../test/servers/gcp/start-gcp.ts";
import { storeRealRelease } from "../test/store/real-release.ts";
import { timed, type Timed } from "./cpu-time.ts";
import { replicateState } from "./replicate-state.ts";

/** Nine local catalogs, and a project of a stand-in for Google Cloud. */
const catalogs = 9;
export const sites = catalogs + 1;
const version = "2026.1101.1";
const format = "gce";
/** Is registered by the engine. */
const first = "image-0000";

/**
 * A stack that never builds, with so many images on ten sites. One image is registered everywhere by a real `up`; the others are its copies under
 * other names: in the store, in the catalogs, in the stand-in's memory, and in the state. That they are whole is what `npm run drift` says.
 */
export class ManyRegistrations {
  readonly project: Project;
  readonly gcp: Gcp;
  readonly images: number;
  /** In the state: registrations, what is shared, and components. */
  resources = 0;

  private constructor(project: Project, gcp: Gcp, images: number) {
    this.project = project;
    this.gcp = gcp;
    this.images = images;
  }

  static async create(images: number, log: (line: string) => void): Promise<ManyRegistrations> {
    const gcp = await startGcp({ log: () => {} });
    const project = await Project.create({});
    const fleet = new ManyRegistrations(project, gcp, images);
    Object.assign(project.env, gcp.env, { XDG_CACHE_HOME: await ownCache(project) });
    await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
    await fleet.stock();
    await fleet.configure(1);
    const { exitCode, text } = await project.up();
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode}:\n${text}`);
    await fleet.replicate();
    log(`${images * sites} registrations are there`);
    await fleet.configure(images);
    return fleet;
  }

  /** `npm run drift` */
  drift(...args: string[]): Promise<Timed> {
    const { dir, env } = this.project;
    return timed(process.execPath, [join(dir, "tools/run.mjs"), "drift", "--stack", "test", ...args], { cwd: dir, env });
  }

  /** One of them: the resource, and the directory that it stands for. */
  get example(): { readonly name: string; readonly path: string } {
    return { name: `catalog-0/${first}@${version}/${format}`, path: this.project.path("sites/0", first, version, format) };
  }

  /** Google Cloud takes connections and requests, and does not answer. */
  silence(): void {
    for (const server of [this.gcp.compute, this.gcp.storage]) server.fault({ times: Infinity }, { kind: "hang" });
  }

  async remove(): Promise<void> {
    await Promise.all([this.gcp.stop(), this.project.remove()]);
  }

  private configure(images: number): Promise<void> {
    return this.project.configure({
      build: "never",
      images: Object.fromEntries(names(images).map((name) => [name, { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] }])),
      sites: {
        ...Object.fromEntries(Array.from({ length: catalogs }, (_, index) => [`catalog-${index}`, { kind: "local", path: `sites/${index}`, formats: [format] }])),
        google: { kind: "gcp", ...this.gcp.site, members: ["group:builders@example.com"] },
      },
    });
  }

  private async stock(): Promise<void> {
    const { store, dir } = this.project;
    process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = join(dir, ".imagefleet/signing-key.asc");
    await createKeyFile(process.env["IMAGEFLEET_SIGNING_KEY_FILE"]);
    await storeRealRelease(store, { image: first, version }, [format], 4096);
  }

  private async replicate(): Promise<void> {
    const others = names(this.images).slice(1);
    const store = this.project.path(".imagefleet/store");
    const roots = Array.from({ length: catalogs }, (_, index) => this.project.path("sites", String(index)));
    const lanes = new Semaphore(16);
    await Promise.all(others.map((image) => lanes.runExclusive(async () => {
      await copyTree(join(store, "images", first), join(store, "images", image), ["release.json", "format.json", "passed.json"], image);
      await Promise.all(roots.map((root) => copyTree(join(root, first), join(root, image), ["release.json"], image)));
      await replicateDocuments(this.project.store, image);
    })));
    for (const root of roots) await reindex(root);
    for (const image of others) this.gcp.outOfBand.copy(gcpImageName({ image: first, version }), gcpImageName({ image, version }), (text) => text.replaceAll(first, image));
    this.resources = await replicateState(requireDone(this.project), this.project.dir, first, others);
  }
}

/** The program holds it, and its sites had it, like the first one. */
async function replicateDocuments(store: Store, image: string): Promise<void> {
  for (const hold of await store.holds(first)) await store.hold({ ...hold, image });
  const name = `publications/imagefleet/test/${first}@${version}` as const;
  const published = await store.document<object>(name);
  await store.replaceDocument(`publications/imagefleet/test/${image}@${version}`, { ...published, image });
}

/** Copies a directory under the other name, wherever it is a part of a file's name, or of the text of these files. */
async function copyTree(from: string, to: string, texts: readonly string[], image: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name.replace(first, image))];
    if (entry.isDirectory()) await copyTree(source, target, texts, image);
    else if (texts.includes(entry.name)) await writeFile(target, (await readFile(source, "utf8")).replaceAll(first, image));
    else if (entry.isFile()) await copyFile(source, target);
  }
}

/** The engine on the project's stack, which must not fail. */
function requireDone(project: Project) {
  return async (...args: string[]): Promise<void> => {
    const { exitCode, text } = await project.pulumi(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${text}`);
  };
}

/** Digests of so many files are no use to anybody later; the tools are the machine's own. */
async function ownCache(project: Project): Promise<string> {
  const dir = project.path("cache");
  await mkdir(join(dir, "imagefleet"), { recursive: true });
  for (const name of ["tools", "versions.json", "kvm.json"]) await symlink(join(defaultCacheDir(), name), join(dir, "imagefleet", name));
  return dir;
}

export function names(images: number): string[] {
  return Array.from({ length: images }, (_, index) => `image-${String(index).padStart(4, "0")}`);
}
