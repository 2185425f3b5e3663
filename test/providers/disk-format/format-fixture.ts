import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { artifactName, parseFormat } from "#model/format";
import type { BuildRecord } from "#model/release";
import { formatWriters } from "#providers/disk-format/formats";
import type { FormatJob, Written } from "#providers/disk-format/format-writer";
import { compareWithDisk } from "#providers/disk-format/compare-with-disk";
import { mapDisk } from "#providers/shared/disk/map-disk";
import { Progress } from "#providers/shared/progress";
import { sha256File } from "#store/digest";
import { buildRecord } from "../../store/fixture.ts";

/** What a writer made of a disk, without a store. */
export interface Conversion {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly written: Written;
  readonly job: FormatJob;
}

/** Runs one writer on a qcow2, into a new directory within `dir`, as the framework would. */
export async function convert(diskFile: string, name: string, dir: string): Promise<Conversion> {
  const made = await write(diskFile, name, dir);
  return { ...made, ...(await sha256File(made.path)) };
}

/** The same without a digest, for what is huge. */
export async function write(diskFile: string, name: string, dir: string): Promise<Omit<Conversion, "sha256" | "bytes">> {
  const job = await formatJob(diskFile, name, dir);
  const writer = await formatWriters[job.format.kind]!();
  try {
    const written = await writer.write(job);
    return { path: join(job.dir, job.artifact), written, job };
  } finally {
    job.progress.stop();
  }
}

/** Fails where the framework would: the artifact is not the disk. */
export async function expectSameDisk({ job, written, path }: Omit<Conversion, "sha256" | "bytes">): Promise<void> {
  await compareWithDisk(job.diskFile, path, written.readable, { action: "compare", signal: job.signal });
}

export async function formatJob(diskFile: string, name: string, dir: string): Promise<FormatJob> {
  const format = parseFormat(name)!;
  const id = { image: "debian-12", version: "2026.1101.1" };
  const own = await mkdtemp(join(dir, `${name}-`));
  const map = await mapDisk(diskFile, { format: "qcow2", tmp: own, action: "test" });
  const digest = await sha256File(diskFile);
  const build: BuildRecord = buildRecord(id, [{ name: "disk.qcow2", ...digest }]);
  return {
    ...id, format, build, diskFile, map, dir: own, artifact: artifactName(id, format), progress: new Progress(`debian-12/${name}`), signal: new AbortController().signal,
    tree: () => Promise.reject(new Error("this disk has no file system")),
  };
}
