import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { baseEnvironment, exec, lastWords, type ExecResult } from "#providers/shared/exec";
import type { DiskMap, Segment } from "#providers/shared/disk/disk";
import { readQcow2Header } from "#providers/shared/disk/qcow2-header";

export interface MapOptions {
  /** Never guessed: a guest can write a qcow2 header into a raw disk. */
  readonly format: "qcow2" | "raw";
  /** Where a raw copy goes when the disk's clusters are compressed; else nothing is written. Its owner removes it. */
  readonly tmp: string;
  /** For messages: `convert debian-12@2026.1101.1 to ova`. */
  readonly action: string;
  readonly signal?: AbortSignal;
}

/** A range as `qemu-img map` prints it. */
interface MapEntry {
  readonly start: number;
  readonly length: number;
  readonly data: boolean;
  readonly zero: boolean;
  /** Absent where the bytes do not lie in the file as they are: compressed clusters. */
  readonly offset?: number;
}

const sector = 512;

/**
 * Finds out where the data of a disk lies. Refused is a disk that is not whole by itself (a backing or data file),
 * encrypted, damaged, or shorter than it says.
 */
export async function mapDisk(file: string, options: MapOptions): Promise<DiskMap> {
  if (options.format === "raw") return mapRaw(file, options);
  const header = await readQcow2Header(file);
  const refusal = header ? refuse(header) : "it is no qcow2";
  if (!header || refusal) throw failed(file, options, refusal!);
  await check(file, options);
  const entries = dataOf(await mapEntries(file, options));
  if (entries.every(({ offset }) => offset !== undefined)) return toMap(file, header.virtualBytes, entries, options);
  return mapRaw(await expand(file, options), options);
}

function refuse({ backingFile, dataFile, encrypted, corrupt }: { backingFile: boolean; dataFile: boolean; encrypted: boolean; corrupt: boolean }): string | undefined {
  if (backingFile) return "it has a backing file: its bytes would depend on a file that no digest covers";
  if (dataFile) return "its data lies in another file, which no digest covers";
  if (encrypted) return "it is encrypted";
  return corrupt ? "it is marked as corrupt" : undefined;
}

async function mapRaw(file: string, options: MapOptions): Promise<DiskMap> {
  const { size } = await stat(file);
  const entries = size === 0 ? [] : dataOf(await mapEntries(file, { ...options, format: "raw" }));
  // qemu-img rounds up to whole sectors, the file need not have them.
  const within = entries.map((entry) => ({ ...entry, length: Math.min(entry.length, size - entry.start) }));
  return toMap(file, Math.ceil(size / sector) * sector, within, options);
}

async function toMap(file: string, virtualBytes: number, entries: readonly MapEntry[], options: MapOptions): Promise<DiskMap> {
  const segments = merged(entries.map(({ start, length, offset }) => ({ start, length, offset: offset! })));
  const { size } = await stat(file);
  const beyond = segments.find(({ offset, length }) => offset + length > size);
  if (beyond) throw failed(file, options, `it is truncated: data lies up to byte ${beyond.offset + beyond.length}, the file has ${size}`);
  return { file, virtualBytes, segments, dataBytes: segments.reduce((sum, { length }) => sum + length, 0) };
}

function dataOf(entries: readonly MapEntry[]): MapEntry[] {
  return entries.filter(({ data, zero }) => data && !zero);
}

function merged(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    const follows = last && last.start + last.length === segment.start && last.offset + last.length === segment.offset;
    if (follows) result[result.length - 1] = { ...last, length: last.length + segment.length };
    else result.push(segment);
  }
  return result;
}

async function mapEntries(file: string, options: MapOptions): Promise<MapEntry[]> {
  const result = await qemuImg(["map", "--output=json", "-f", options.format, file], options);
  if (!result.ok) throw failed(file, options, said(result));
  return JSON.parse(result.stdout) as MapEntry[];
}

/** Clusters that are merely leaked (exit 3) harm nobody. */
async function check(file: string, options: MapOptions): Promise<void> {
  const result = await qemuImg(["check", "-q", "-f", "qcow2", file], options);
  if (!result.ok && result.exitCode !== 3) throw failed(file, options, `it is damaged: ${said(result)}`);
}

/** Compressed clusters can't be read in place; they are decompressed once, for all readers. */
async function expand(file: string, options: MapOptions): Promise<string> {
  const copy = join(options.tmp, "expanded.raw");
  const result = await qemuImg(["convert", "-f", "qcow2", "-O", "raw", "-S", "64k", file, copy], options);
  if (!result.ok) throw failed(copy, options, said(result), /no space left/i.test(said(result)) ? "free some disk space (npm run store -- ls shows what releases take)" : undefined);
  return copy;
}

function qemuImg(args: readonly string[], { signal }: MapOptions): Promise<ExecResult> {
  return exec("qemu-img", args, { env: baseEnvironment(), signal });
}

function said(result: ExecResult): string {
  if (result.ended === "cancelled") return "interrupted";
  if (result.ended === "not found") return "qemu-img is not on PATH: npm run setup installs it";
  return lastWords("qemu-img", result);
}

function failed(place: string, { action }: MapOptions, cause: string, hint = "a release's disk is one whole qcow2: set a damaged one aside with `npm run store -- verify --quarantine <image>@<version>` and build it again"): FleetError {
  return new FleetError({ action, place, cause, hint });
}
