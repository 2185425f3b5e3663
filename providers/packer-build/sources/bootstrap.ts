import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { FleetError } from "#model/errors";
import { ifPresent } from "#store/errors";
import type { StagingDir } from "#store/staging-area";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";
import { BootstrapCache, diskName } from "#providers/packer-build/sources/bootstrap-cache";
import { checkDisk, markedFormat } from "#providers/packer-build/sources/source-disk";
import type { BootstrapSource } from "#providers/packer-build/sources/source-facts";
import type { PreparedSource, SourceRequest } from "#providers/packer-build/sources/source-request";

/** Settings with these names would change how the recipe's shell and its programs run. */
const reserved = new Set([...Object.keys(baseEnvironment()).map((name) => name.toUpperCase()), "OUTPUT", "WORK", "IFS", "ENV", "BASH_ENV", "SHELL", "PWD", "TMPDIR", "IMAGEFLEET_CHILD"]);

/** The base disk that a recipe makes: from the cache when it was made before from the same inputs, else made now. */
export async function bootstrapDisk(source: BootstrapSource, request: SourceRequest): Promise<PreparedSource> {
  const cache = new BootstrapCache(request.cacheDir);
  const { key, recipe } = source;
  const options = { signal: request.signal, onWait: (holder: string) => request.progress(`waiting for ${holder}, which runs the bootstrap ${recipe}`) };
  const onDamaged = (aside: string) => request.progress(`the cached disk of the bootstrap ${recipe} is damaged: moved to ${aside}; making it again`);
  const { found, fresh } = await cache.lock(key, options, async () => {
    const cached = await cache.find(key, onDamaged);
    if (cached) return { found: cached, fresh: false };
    await make(cache, source, request);
    return { found: await cache.find(key, onDamaged), fresh: true };
  });
  if (!found) throw failure(request, recipe, "the disk was altered right after it was made", "check the disk of the cache directory, or set XDG_CACHE_HOME to another one", cache.root);
  if (fresh) await cache.prune(recipe, options);
  else request.progress(`the disk of the bootstrap ${recipe} is in the cache`);
  return { path: found.path, sha256: found.record.sha256, format: "qcow2" };
}

async function make(cache: BootstrapCache, source: BootstrapSource, request: SourceRequest): Promise<void> {
  const started = performance.now();
  const staging = await cache.stage(`bootstrap ${source.recipe} for ${request.image}`);
  const work = await mkdtemp(join(request.workDir, "bootstrap-"));
  try {
    const output = join(staging.dir, "output");
    const log = join(staging.files, "bootstrap.log");
    await runRecipe(source, { output, work, log }, cache, request);
    await takeDisk(output, staging, source.recipe, request);
    await cache.publish(source.key, staging, { recipe: source.recipe, seconds: Math.round(performance.now() - started) / 1000 });
  } finally {
    await rm(work, { recursive: true, force: true });
    await cache.discard(staging);
  }
}

interface Places {
  readonly output: string;
  readonly work: string;
  readonly log: string;
}

async function runRecipe({ recipe, settings, key }: BootstrapSource, { output, work, log }: Places, cache: BootstrapCache, request: SourceRequest): Promise<void> {
  if (request.recipeScript === undefined) throw failure(request, recipe, "no recipe script was given", "report this: the caller must pass recipeScript");
  const env = { ...baseEnvironment(), ...upperCase(settings, recipe, request), OUTPUT: output, WORK: work, TMPDIR: work };
  const stream = createWriteStream(log).on("error", () => undefined); // a log that cannot be written is no reason to fail
  const onLine = (line: string): void => {
    stream.write(`${line}\n`);
    if (!/^I: running --/.test(line)) request.progress(line); // mmdebstrap prints its hooks, shell text and all
  };
  const result = await exec("sh", [request.recipeScript], { cwd: work, env, onLine, signal: request.signal, registry: request.registry });
  stream.end();
  await finished(stream).catch(() => undefined);
  if (result.ok) return;
  request.signal.throwIfAborted();
  const kept = join(cache.root, "failed", `${key}.log`);
  await mkdir(join(cache.root, "failed"), { recursive: true });
  await ifPresent(rename(log, kept));
  throw failure(request, recipe, `${ending(result)}; its last lines were:\n${result.tail.map((line) => `    ${line}`).join("\n")}\n  full log: ${kept}`, `mend packer/bootstrap/${recipe}.sh or its settings, then run npm run up again`);
}

function upperCase(settings: Readonly<Record<string, string>>, recipe: string, request: SourceRequest): Record<string, string> {
  const names = Object.keys(settings).map((name) => name.toUpperCase());
  const bad = names.filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name) || reserved.has(name) || name.startsWith("LD_"));
  if (bad.length > 0) throw failure(request, recipe, `${bad.join(", ")} cannot be handed over as a setting: the shell or its programs give it a meaning of their own`, "give the setting another name in the OS facts and in the recipe");
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name.toUpperCase(), value]));
}

/** The recipe may write raw or qcow2; the cache holds qcow2, which is smaller to read and knows its holes. */
async function takeDisk(output: string, staging: StagingDir, recipe: string, request: SourceRequest): Promise<void> {
  if (!((await ifPresent(stat(output)))?.size ?? 0)) throw failure(request, recipe, "it ended without an error, but wrote nothing to $OUTPUT", `mend packer/bootstrap/${recipe}.sh: the disk must be complete at $OUTPUT when it ends`);
  const disk = join(staging.files, diskName);
  const format = (await markedFormat(output)) === "qcow2" ? "qcow2" : "raw";
  await checkDisk(output, format, "$OUTPUT", `run the bootstrap ${recipe} for ${request.image}`, request.registry, request.signal);
  if (format === "qcow2") return rename(output, disk);
  request.progress("converting the raw disk to qcow2");
  const result = await exec("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", output, disk], { env: baseEnvironment(), signal: request.signal, registry: request.registry });
  request.signal.throwIfAborted();
  if (!result.ok) throw failure(request, recipe, `qemu-img convert: ${ending(result)}: ${result.tail.join("; ")}`, "free some space, or set XDG_CACHE_HOME to a directory with room for it", staging.dir);
  await rm(output);
}

function ending({ ended, exitCode }: ExecResult): string {
  if (ended === "not found") return "the program is not on PATH";
  return ended ? `it was ${ended}` : `it ended with exit code ${exitCode}`;
}

function failure(request: SourceRequest, recipe: string, cause: string, hint: string, place = request.recipeScript): FleetError {
  return new FleetError({ action: `run the bootstrap ${recipe} for ${request.image}`, place, cause, hint });
}
