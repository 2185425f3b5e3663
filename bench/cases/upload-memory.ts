import type { BenchCase } from "../measurement.ts";
import { uploadContest } from "../uploads/contest.ts";
import type { ServiceKind } from "../uploads/service.ts";
import { uploadDisk } from "../uploads/upload-disk.ts";

const most = 300 * 2 ** 20;
const latencyMs = 50;

const services: Readonly<Record<string, { readonly what: string; readonly kind: ServiceKind }>> = { ebs: { what: "EBS snapshot", kind: "ebs" }, azure: { what: "Page blob", kind: "page-blob" } };

/** What a process takes that sends a large, sparse disk, worker threads included. */
export const uploadMemory: readonly BenchCase[] = Object.entries(services).map(([site, { what, kind }]) => ({
  name: `${site}-memory`,
  async measure({ log }) {
    const disk = await uploadDisk("large", 30, 1024);
    const { ours } = await uploadContest(kind, disk, { ours: { uploader: `./ours/${kind}.ts`, latencyMs, options: kind === "ebs" ? { quota: 1_000 } : {}, more: { md5: "0".repeat(32) } } }, { runs: 1, log });
    const samples = ours.map(({ residentBytes }) => residentBytes);
    return {
      name: `${site}-memory`, what: `${what}: memory while a sparse disk of 30 GiB is sent, at most`, unit: "bytes", value: samples[0]!, samples,
      goal: { text: `≤ 300 MiB (${Math.round(samples[0]! / 2 ** 20)} MiB)`, met: samples[0]! <= most },
    };
  },
}));
