import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { FormatJob } from "#providers/disk-format/format-writer";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { formatWriters } from "#providers/disk-format/formats";
import { writeSparseArchive } from "#providers/disk-format/tar/write-sparse-archive";
import { writeStreamOptimized } from "#providers/disk-format/vmdk/stream-optimized";
import { formatJob } from "../test/providers/disk-format/format-fixture.ts";
import { diskImage, type DiskImage } from "./disk-image.ts";
import { interleaved, median, secondsOf, type BenchContext } from "./measurement.ts";

/** A conversion by us and by the usual tool, turn by turn. */
export interface Comparison {
  readonly samples: readonly number[];
  readonly bytes: number;
  readonly baseline: { readonly samples: readonly number[]; readonly bytes: number };
}

/** What both get: a disk, and a directory for the file `ours` or `theirs`. */
interface Bench {
  readonly image: DiskImage;
  readonly job: FormatJob;
  readonly out: string;
}

interface Contest {
  ours(bench: Bench): Promise<unknown>;
  theirs(bench: Bench): Promise<unknown>;
}

export type ContestName = keyof typeof contests;

const never = new AbortController().signal;

const contests = {
  vmdk: {
    ours: ({ job, out }) => toFile(out, (output) => writeStreamOptimized(output, { map: job.map, signal: never, name: "disk.vmdk", adapter: "lsilogic", hardware: 15, source: "0".repeat(64) })),
    theirs: ({ image, out }) => execa("qemu-img", ["convert", "-f", "qcow2", "-O", "vmdk", "-o", "subformat=streamOptimized", image.qcow2, out]),
  },
  gce: {
    ours: ({ job, out }) => writeSparseArchive(out, { map: job.map, signal: never, name: "disk.raw", realBytes: job.map.virtualBytes }),
    theirs: ({ image, out }) => execa("sh", ["-c", `tar --format=oldgnu -S -cf - disk.raw | pigz -6 >${out}`], { cwd: dirname(image.raw) }),
  },
  qcow2: {
    ours: ({ job }) => writeFormat("qcow2", job),
    theirs: ({ image, out }) => execa("qemu-img", ["convert", "-c", "-f", "qcow2", "-O", "qcow2", image.qcow2, out]),
  },
  vhd: {
    ours: ({ job }) => writeFormat("vhd", job),
    theirs: ({ image, out }) => execa("qemu-img", ["convert", "-f", "qcow2", "-O", "vpc", "-o", "subformat=fixed,force_size=on", image.qcow2, out]),
  },
} satisfies Record<string, Contest>;

/** The format that each is part of. */
const formatOf: Readonly<Record<ContestName, string>> = { vmdk: "ova", gce: "gce", qcow2: "qcow2", vhd: "vhd" };

async function writeFormat(kind: "qcow2" | "vhd", job: FormatJob): Promise<void> {
  const writer = await formatWriters[kind]!();
  await writer.write(job);
}

async function toFile(path: string, write: (output: HashedOutput) => Promise<unknown>): Promise<void> {
  const handle = await open(path, "wx");
  await write(new HashedOutput(handle, 0)).finally(() => handle.close());
}

const done = new Map<ContestName, Promise<Comparison>>();

/** Measured once, however many benchmarks are made of it. */
export function contest(name: ContestName, context: BenchContext): Promise<Comparison> {
  let comparison = done.get(name);
  if (!comparison) done.set(name, (comparison = compare(name, contests[name], context)));
  return comparison;
}

async function compare(name: ContestName, { ours, theirs }: Contest, { runs, log }: BenchContext): Promise<Comparison> {
  const image = await diskImage(log);
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-bench-"));
  try {
    const job = await formatJob(image.qcow2, formatOf[name], dir);
    const bytes: Record<string, number> = {};
    const turn = (side: string, convert: (bench: Bench) => Promise<unknown>) => async () => {
      const out = join(dir, side);
      const seconds = await secondsOf(() => convert({ image, job: { ...job, dir, artifact: side }, out }));
      bytes[side] = (await stat(out)).size;
      await rm(out);
      return seconds;
    };
    job.progress.stop();
    const samples = await interleaved({ ours: turn("ours", ours), theirs: turn("theirs", theirs) }, { runs, log }, "s");
    return { samples: samples["ours"]!, bytes: bytes["ours"]!, baseline: { samples: samples["theirs"]!, bytes: bytes["theirs"]! } };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** How often our time goes into theirs. */
export function speedOf({ samples, baseline }: Comparison): number {
  return median(baseline.samples) / median(samples);
}

/** `+4.1 %` */
export function sizeOf({ bytes, baseline }: Comparison): string {
  const percent = (bytes / baseline.bytes - 1) * 100;
  return `${percent < 0 ? "" : "+"}${percent.toFixed(1)} %`;
}
