import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { execa } from "execa";
import { median, type BenchCase, type Measurement } from "../measurement.ts";
import { mostSent, secondsIn, uploadContest, type Upload } from "../uploads/contest.ts";
import { blockBytes, uploadDisk, type UploadDisk } from "../uploads/upload-disk.ts";

/** Puts a second that EBS direct APIs take for one snapshot. */
const quota = 1_000;
const leastOfBound = 0.9;
/** Requests that each wait for the answer to the one before: what is there, start, the last block, complete, is it whole, list, read back. */
const serialRequests = 7;
const mostOfChanged = 1.05;
const everyChanged = 100;

/** A snapshot of a disk against the latency of the service, by us and as the common tools do it. */
export const ebsUploads: readonly BenchCase[] = [0, 50, 100].map((latencyMs) => ({
  name: `ebs-upload-${latencyMs}`,
  async measure(context) {
    const disk = await uploadDisk("ebs", 8, 2048);
    const { ours, theirs, floor } = await uploadContest("ebs", disk, {
      ours: { uploader: "./ours/ebs.ts", latencyMs, options: { quota } },
      theirs: { uploader: "./baselines/ebs.ts", latencyMs, options: { quota } },
      floor: { uploader: "./floors/ebs.ts", latencyMs: 0, more: { blocks: disk.blocks } },
    }, context);
    return { name: `ebs-upload-${latencyMs}`, what: `EBS snapshot of 8 GiB with 2 GiB of data, service ${latencyMs} ms away`, ...compared(ours, theirs, "64 requests at once, holes read too"), ...judged({ disk, latencyMs, ours, floor }) };
  },
}));

function compared(ours: readonly Upload[], theirs: readonly Upload[], what: string): Pick<Measurement, "unit" | "value" | "samples" | "baseline"> {
  const [samples, others] = [secondsIn(ours), secondsIn(theirs)];
  return { unit: "s", value: median(samples), samples, baseline: { what, value: median(others), samples: others } };
}

function judged({ disk: { blocks }, latencyMs, ours, floor }: { disk: UploadDisk; latencyMs: number; ours: readonly Upload[]; floor: readonly Upload[] }): Pick<Measurement, "goal" | "details"> {
  const machine = median(secondsIn(floor));
  const bound = (serialRequests * latencyMs) / 1000 + Math.max(blocks.length / quota, machine);
  const part = bound / median(secondsIn(ours));
  const bytes = mostSent(ours) / (blocks.length * blockBytes);
  const mean = (value: (upload: Upload) => number): number => median(ours.map(value));
  return {
    goal: { text: `≥ ${leastOfBound * 100} % of what latency, quota and CPU allow (${Math.round(part * 100)} %); bytes sent ≤ 1.00 × non-zero blocks (${bytes.toFixed(2)} ×)`, met: part >= leastOfBound && bytes <= 1 },
    details: {
      "what is allowed, s": rounded(bound), "what this machine's CPU alone allows, s": rounded(machine), "CPU, s": rounded(mean(({ cpuSeconds }) => cpuSeconds)), "CPU of the service, s": rounded(mean(({ counts }) => counts.cpuSeconds)),
      blocks: blocks.length, throttled: mean(({ counts }) => counts.requests["throttled"] ?? 0), "memory, MiB": Math.round(mean(({ residentBytes }) => residentBytes) / 2 ** 20),
    },
  };
}

/** What is sent of a release whose blocks are those of the one before, but for one in a hundred. */
export const ebsChanged: BenchCase = {
  name: "ebs-changed",
  async measure({ log }) {
    const before = await uploadDisk("blob", 4, 1024);
    const path = `${before.path}.changed`;
    try {
      const changed = await change(before, path);
      const disk = { ...before, path };
      const { ours } = await uploadContest("ebs", disk, { ours: { uploader: "./ours/ebs.ts", latencyMs: 0, options: { disks: [before.path, path] }, more: { before: before.path } } }, { runs: 1, log });
      const all = before.blocks.length * blockBytes;
      const samples = ours.map(({ counts }) => counts.dataBytes - all);
      const part = samples[0]! / (changed * blockBytes);
      return {
        name: "ebs-changed", what: "Bytes sent of a disk with 1 GiB of data of which 1 % has changed", unit: "bytes", value: samples[0]!, samples, baseline: { what: "all of it", value: all, samples: [all] },
        goal: { text: `≤ ${mostOfChanged} × the changed blocks (${part.toFixed(2)} ×)`, met: part <= mostOfChanged },
      };
    } finally {
      await rm(path, { force: true });
    }
  },
};

/** A copy with other bytes in some blocks. @returns how many. */
async function change({ path: from, blocks }: UploadDisk, to: string): Promise<number> {
  await execa("cp", ["--sparse=always", from, to]);
  const chosen = blocks.filter((_, index) => index % everyChanged === 0);
  const handle = await open(to, "r+");
  for (const block of chosen) await handle.write(randomBytes(4096), 0, 4096, block * blockBytes);
  await handle.close();
  return chosen.length;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
