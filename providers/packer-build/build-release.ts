import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName, type BuildRecord, type ReleaseId } from "#model/release";
import { findRelease } from "#store/find-release";
import type { Staging, Store } from "#store/store";
import { inspectDisk } from "#providers/packer-build/inspect-disk";
import { loginKeyName, makeLoginKey } from "#providers/packer-build/login-key";
import { bootsOn } from "#providers/packer-build/os-facts";
import { preflight } from "#providers/packer-build/preflight";
import type { Recipe } from "#providers/packer-build/recipe";
import { runPacker } from "#providers/packer-build/run-packer";
import { withShortPath } from "#providers/packer-build/short-path";
import { writeFiles, writeVariables, type RunVariables } from "#providers/packer-build/snapshot";
import { prepareSource } from "#providers/packer-build/sources/prepare-source";
import { toolVersions } from "#providers/packer-build/tool-versions";
import { accelerator } from "#providers/shared/kvm";
import { Progress } from "#providers/shared/progress";
import { cacheDir, workDir } from "#providers/shared/project";

/** Emulation is about this much slower than KVM: every time limit grows by it. */
const tcgSlowdown = 4;
const disk = "disk.qcow2";
const logs = ["packer.log", "serial.log"];

export interface BuildJob {
  readonly recipe: Recipe;
  readonly version: string;
  readonly store: Store;
  /** Show the guest's console, and keep a failed guest. */
  readonly debug: boolean;
  readonly signal: AbortSignal;
}

/** Builds one release and publishes it to the store whole, or leaves nothing there. */
export async function buildRelease(job: BuildJob): Promise<BuildRecord> {
  const id = { image: job.recipe.image.name, version: job.version };
  const progress = new Progress(`${id.image}/build`);
  const staging = await job.store.stage(`build ${releaseName(id)}`);
  try {
    return await build(job, id, staging, progress);
  } catch (error) {
    await keepLogs(staging.dir, keptLogs(id), job.debug);
    throw error;
  } finally {
    progress.stop();
    await staging.abandon(); // a kept guest has its disk open, and needs no name for it
  }
}

async function build(job: BuildJob, id: ReleaseId, staging: Staging, progress: Progress): Promise<BuildRecord> {
  const { recipe, store, signal } = job;
  const startedAt = new Date().toISOString();
  progress.begin("prepare");
  const secrets = readSecrets(recipe);
  const accel = await accelerator();
  const slowdown = accel === "tcg" ? tcgSlowdown : 1;
  const memory = memoryOf(recipe);
  await preflight({ image: id.image, dir: staging.dir, needBytes: await spaceFor(recipe, store), needMemoryMiB: memory, tools: toolsFor(recipe) });

  const dir = join(staging.dir, "packer");
  await mkdir(join(dir, "tmp"), { recursive: true });
  await writeFiles(dir, recipe);
  progress.begin("source");
  const source = await sourceFor(job, dir, staging, progress);
  const key = await makeLoginKey(dir, id.image);
  const run: RunVariables = {
    source_path: source.path,
    output_directory: join(dir, "output"),
    accelerator: accel,
    cpus: recipe.image.resources.cpus,
    memory_mib: memory,
    headless: true,
    boot_wait_run: bootWait(recipe, accel),
    ssh_timeout: loginTimeout(recipe, slowdown),
    ssh_private_key_file: key.file,
    ssh_public_key: key.publicKey,
    serial_log: join(staging.dir, "serial.log"),
  };
  await writeVariables(dir, recipe, run);
  await withShortPath(join(dir, "tmp"), (tmp) => runPacker({
    recipe, release: releaseName(id), dir, tmp, logFile: join(staging.dir, "packer.log"), serialLog: run.serial_log, secrets,
    timeoutMs: recipe.image.resources.timeout * slowdown * 60_000, debug: job.debug, signal, workDir: workDir(), progress, keptLogs: keptLogs(id),
  }));

  progress.begin("store");
  await rename(join(dir, "output", disk), join(staging.dir, disk));
  const virtualBytes = await inspectDisk(join(staging.dir, disk), releaseName(id));
  const tools = await toolVersions();
  const parent = source.parent;
  const outcome = await staging.commit<BuildRecord>(id, "build", [disk, ...logs], (artifacts) => {
    const built = artifacts.find((artifact) => artifact.name === disk)!;
    return {
      schemaVersion: 1, ...id, artifacts, key: recipe.key, epoch: recipe.image.epoch, inputs: recipe.inputs, parent,
      disk: { name: disk, format: "qcow2", sha256: built.sha256, bytes: built.bytes, virtualBytes },
      startedAt, finishedAt: new Date().toISOString(), steps: progress.steps, tools, accelerator: accel, logs,
      owner: recipe.image.owner, team: recipe.image.team,
      os: { family: recipe.facts.os_family, release: recipe.facts.os_release, arch: recipe.facts.os_arch, firmware: bootsOn(recipe.facts) },
    };
  });
  const record = await store.record(id, "build");
  if (record?.key !== recipe.key) throw lostRace(id, store);
  progress.done(outcome === "stored" ? `stored ${releaseName(id)}` : `adopted ${releaseName(id)}, which another run stored first`);
  return record;
}

/** What another run may do between the plan and the build: the version is taken, by something else. */
export function lostRace(id: ReleaseId, store: Store): FleetError {
  return new FleetError({ action: `store ${releaseName(id)}`, place: store.location, cause: "another run has given this version to a build with other inputs", hint: "run `npm run up` again: it takes the next serial" });
}

async function sourceFor({ recipe, store, signal }: BuildJob, dir: string, staging: Staging, progress: Progress): Promise<{ path: string; parent?: ReleaseId & { key: string } }> {
  if (recipe.parent) {
    const release = await findRelease(store, recipe.parent.image, recipe.parent.key);
    if (!release) throw new FleetError({ action: `build ${recipe.image.name}`, place: store.location, cause: `its parent ${recipe.parent.image} has no release with the key ${recipe.parent.key.slice(0, 12)}`, hint: `npm run up -- --only ${recipe.parent.image}` });
    const { image, version, key } = release;
    await staging.use(release);
    return { path: await store.open(release, "build", release.disk.name), parent: { image, version, key } };
  }
  const image = recipe.image.name;
  const source = recipe.source!;
  const inSnapshot = (path: string) => join(dir, path);
  return prepareSource({
    image, source, cacheDir: cacheDir(), workDir: inSnapshot("tmp"),
    recipeScript: source.kind === "bootstrap" ? inSnapshot(`bootstrap/${source.recipe}.sh`) : undefined,
    keyFile: source.kind === "iso" && source.gpg ? inSnapshot(`keys/${source.gpg.fingerprint}.asc`) : undefined,
    registry: { workDir: workDir(), purpose: `prepare the source of ${image}` }, progress: (text) => progress.say(text), signal,
  });
}

function readSecrets(recipe: Recipe): Record<string, string> {
  const missing = recipe.image.secrets.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new FleetError({ action: `build ${recipe.image.name}`, cause: `the environment lacks the secret${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`, hint: `export ${missing[0]}=... before npm run up; only names stand in the configuration (imagefleet:images.${recipe.image.name}.secrets)` });
  return Object.fromEntries(recipe.image.secrets.map((name) => [name, process.env[name]!]));
}

export function memoryOf(recipe: Recipe): number {
  return recipe.image.resources.memory ?? recipe.facts.memory;
}

/** Packer's own limit ends a little before ours, so that it is Packer who says why; an installer takes most of the build. */
function loginTimeout(recipe: Recipe, slowdown: number): string {
  const most = recipe.image.resources.timeout * 0.9;
  return `${Math.round((recipe.source?.kind === "iso" ? most : Math.min(10, most)) * slowdown * 60)}s`;
}

function toolsFor({ source }: Recipe): string[] {
  const signed = source?.kind === "iso" && source.gpg ? ["gpg", "gpgv"] : [];
  return ["packer", "qemu-system-x86_64", "qemu-img", "ssh-keygen", "xorriso", ...signed];
}

/** Room for Packer's copy of the disk and as much again for what is installed; an estimate, since guests only grow. */
async function spaceFor(recipe: Recipe, store: Store): Promise<number> {
  const parent = recipe.parent && (await findRelease(store, recipe.parent.image, recipe.parent.key));
  return parent ? parent.disk.bytes * 2 : 256 * 2 ** 20;
}

/**
 * The facts give the wait under emulation; with KVM a guest boots about as much sooner. An installer's prompt loses keys
 * that come too early, so its wait stays.
 */
function bootWait(recipe: Recipe, accel: "kvm" | "tcg"): string {
  if (recipe.source?.kind === "iso") return recipe.facts.boot_wait;
  const seconds = Number(/^(\d+)s$/.exec(recipe.facts.boot_wait)?.[1] ?? 30);
  return `${accel === "tcg" ? seconds : Math.max(2, Math.round(seconds / tcgSlowdown))}s`;
}

function keptLogs(id: ReleaseId): string {
  return join(workDir(), "logs", releaseName(id));
}

/** The login key comes along where a failed guest is kept: it opens that guest and no other. */
async function keepLogs(from: string, to: string, debug: boolean): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const name of [...logs, ...(debug ? [`packer/${loginKeyName}`] : [])]) {
    const file = join(from, name);
    if (await stat(file).catch(() => undefined)) await cp(file, join(to, basename(name)));
  }
}
