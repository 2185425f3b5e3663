import { rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Semaphore } from "async-mutex";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import type { Artifact } from "#model/release";
import { flush } from "#store/durable";
import { VerifiedCache, type FileIdentity } from "#store/verified-cache";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";
import { cacheDir } from "#providers/shared/project";
import type { Progress } from "#providers/shared/progress";
import type { CatalogInputs } from "#providers/local-catalog/inputs";

/** More copies at once only make the disk's head run to and fro. */
const copies = new Semaphore(2);

export interface CopiedFile {
  readonly path: string;
  /** What the file was when it was verified: under its final name it need not be read again. */
  readonly identity?: FileIdentity;
}

/**
 * Copies a file of a release and proves by its digest that every byte arrived. Shares extents where the file system can (a
 * reflink), else skips holes; never a hard link, through which a site could write into the store.
 */
export async function copyFile(source: string, dir: string, file: Artifact, inputs: CatalogInputs, progress: Progress): Promise<CopiedFile> {
  return copies.runExclusive(async () => {
    const target = join(dir, file.name);
    progress.begin(`copying ${file.name}, ${prettyBytes(file.bytes, { binary: true })}`);
    const result = await exec("cp", ["--reflink=auto", "--sparse=always", "--no-preserve=mode", "--", source, target], { env: { ...baseEnvironment(), LC_ALL: "C" } });
    if (!result.ok) throw await copyFailed(result, source, target, inputs);
    await flush(target);
    progress.begin(`verifying ${file.name}`);
    return { path: target, identity: await verify(target, file, inputs, progress) };
  });
}

async function verify(target: string, file: Artifact, inputs: CatalogInputs, progress: Progress): Promise<FileIdentity | undefined> {
  const cache = new VerifiedCache(cacheDir(), (at) => progress.say(`verifying, ${Math.floor((at.bytes / at.total) * 100)} %`));
  const { digest: { sha256, bytes }, stable } = await cache.read(target);
  if (sha256 === file.sha256 && bytes === file.bytes) return stable;
  await rm(target, { force: true });
  throw new FleetError({
    action: actionOf(inputs),
    place: inputs.path,
    cause: `the copy of ${file.name} has SHA-256 ${sha256} (${bytes} bytes), the release has ${file.sha256} (${file.bytes} bytes)`,
    hint: `check the disk, then: npm run store -- verify --deep ${inputs.image}@${inputs.version}`,
  });
}

async function copyFailed({ ended, exitCode, tail }: ExecResult, source: string, target: string, inputs: CatalogInputs): Promise<FleetError> {
  const said = tail.at(-1) ?? ended ?? `cp ended with ${exitCode}`;
  if (!/no space left|quota exceeded/i.test(said)) {
    return new FleetError({ action: actionOf(inputs), place: inputs.path, cause: ended === "cancelled" ? "interrupted" : `cp: ${said}`, hint: "run `pulumi up` again" });
  }
  await rm(target, { force: true });
  const [{ bavail, bsize }, { blocks }] = await Promise.all([statfs(dirname(target)), stat(source)]);
  const needed = prettyBytes(blocks * 512, { binary: true });
  const free = prettyBytes(bavail * bsize, { binary: true });
  return new FleetError({ action: actionOf(inputs), place: inputs.path, cause: `no space is left on the device: it takes about ${needed}, ${free} are free`, hint: `free some space, or give the site another directory: imagefleet:sites.${inputs.site}.path` });
}

/** `publish debian-12@2026.1101.1 as qcow2 to laptop` */
export function actionOf({ image, version, format, site }: CatalogInputs): string {
  return `publish ${image}@${version} as ${format} to ${site}`;
}
