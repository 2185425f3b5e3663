import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { median, secondsOf, type BenchCase } from "../measurement.ts";
import { mostSent, secondsIn, uploadContest } from "../uploads/contest.ts";
import { uploadDisk } from "../uploads/upload-disk.ts";

/** The latency in milliseconds at which the goal is set. */
const judgedAt = 50;
const leastSpeed = 8;
const mostOfData = 1.02;

/** A page blob of a disk against the latency of the service, by us and by one request after the other. */
export const azureUploads: readonly BenchCase[] = [0, 50, 100].map((latencyMs) => ({
  name: `azure-upload-${latencyMs}`,
  async measure(context) {
    const disk = await uploadDisk("blob", 4, 1024);
    const hash = createHash("md5");
    const md5Seconds = await secondsOf(() => pipeline(createReadStream(disk.path, { highWaterMark: 2 ** 20 }), hash));
    const { ours, theirs } = await uploadContest("page-blob", disk, {
      ours: { uploader: "./ours/page-blob.ts", latencyMs, more: { md5: hash.digest("hex") } },
      theirs: { uploader: "./baselines/page-blob.ts", latencyMs },
    }, context);
    const [samples, others] = [secondsIn(ours), secondsIn(theirs)];
    const [value, other] = [median(samples), median(others)];
    const bytes = mostSent(ours) / disk.dataBytes;
    const sparse = `bytes sent ≤ ${mostOfData} × the data (${bytes.toFixed(2)} ×)`;
    const judged = latencyMs === judgedAt;
    return {
      name: `azure-upload-${latencyMs}`, what: `Page blob of 4 GiB with 1 GiB of data, service ${latencyMs} ms away`, unit: "s", value, samples,
      baseline: { what: "4 MiB after 4 MiB, holes read too", value: other, samples: others },
      goal: { text: judged ? `≥ ${leastSpeed} × as fast (${(other / value).toFixed(1)} ×); ${sparse}` : sparse, met: bytes <= mostOfData && (!judged || other / value >= leastSpeed) },
      details: {
        "MD5 of the whole disk, once and before, s": rounded(md5Seconds), "CPU, s": rounded(median(ours.map(({ cpuSeconds }) => cpuSeconds))),
        "bytes that the other sends, of the data": rounded(mostSent(theirs) / disk.dataBytes), "memory, MiB": Math.round(median(ours.map(({ residentBytes }) => residentBytes)) / 2 ** 20),
      },
    };
  },
}));

function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
