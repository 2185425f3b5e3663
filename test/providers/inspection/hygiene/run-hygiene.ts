import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Check, GateResult, InspectionJob } from "../../../../providers/inspection/gate.ts";
import { hygieneGate } from "../../../../providers/inspection/hygiene/hygiene-gate.ts";
import type { DiskMap } from "../../../../providers/shared/disk/disk.ts";
import type { FileTree } from "../../../../providers/shared/file-tree/file-tree.ts";
import { memoryTree } from "../memory-tree.ts";
import { cleanTree, rootUuid, targetTrees, type Node } from "./clean-tree.ts";
import type { Seed } from "./seed.ts";

const mebibyte = 1024 * 1024;

/** Runs the gate over the clean tree with a fault in it, on a disk of two MiB whose second half is free. */
export async function runSeeded({ plant, target, free = "" }: Pick<Seed, "plant" | "target" | "free">): Promise<GateResult> {
  const nodes = Object.entries({ ...cleanTree, ...(target ? targetTrees[target] : {}), ...plant }).filter((entry): entry is [string, Node] => entry[1] !== undefined);
  const tree = { ...memoryTree(Object.fromEntries(nodes)), freeRanges: async () => [{ start: mebibyte, length: mebibyte }] };
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-hygiene-"));
  try {
    const file = join(dir, "disk.raw");
    await writeFile(file, diskWith(free));
    const length = 2 * mebibyte;
    return await runHygiene({ file, virtualBytes: length, dataBytes: length, segments: [{ start: 0, length, offset: 0 }] }, tree, target);
  } finally {
    await rm(dir, { recursive: true });
  }
}

export async function runHygiene(map: DiskMap, tree: FileTree, target?: string): Promise<GateResult> {
  const job = { map, tree, target, signal: new AbortController().signal, progress: { say: () => {} } };
  return await hygieneGate({ failOn: "low" }).run(job as unknown as InspectionJob);
}

/** `machine-id`, ...: names of the rules that found something. */
export function found({ checks }: GateResult): string[] {
  return faulty(checks).map(({ id }) => id.replace("hygiene/", ""));
}

export function faulty(checks: readonly Check[]): Check[] {
  return checks.filter(({ findings }) => findings.length > 0);
}

/** A file system's superblock as far as the rules read one, and text in what is free. */
function diskWith(free: string): Buffer {
  const disk = Buffer.alloc(2 * mebibyte);
  disk.writeUInt16LE(0xef53, 1080);
  disk.write(rootUuid.replaceAll("-", ""), 1024 + 0x68, "hex");
  disk.write(free, mebibyte + 8192);
  return disk;
}
