import { median, type BenchCase } from "../measurement.ts";
import { secondsIn, uploadContest } from "../uploads/contest.ts";
import { uploadDisk } from "../uploads/upload-disk.ts";

const latencyMs = 50;

/** An archive to Cloud Storage: the service takes one chunk after the other, so that there is little to gain; the checksum is to cost nothing. */
export const gcsUpload: BenchCase = {
  name: "gcs-upload",
  async measure(context) {
    const archive = await uploadDisk("archive", 1, 960);
    const { ours, theirs } = await uploadContest("object", archive, { ours: { uploader: "./ours/object.ts", latencyMs }, theirs: { uploader: "./baselines/object.ts", latencyMs } }, context);
    const [samples, others] = [secondsIn(ours), secondsIn(theirs)];
    const [value, other] = [median(samples), median(others)];
    return {
      name: "gcs-upload", what: `Cloud Storage object of 1 GiB with its CRC-32C, service ${latencyMs} ms away`, unit: "s", value, samples,
      baseline: { what: "chunks of 16 MiB, without a checksum", value: other, samples: others },
      goal: { text: `≤ 1.1 × as long (${(value / other).toFixed(2)} ×)`, met: value <= other * 1.1 },
      details: { "CPU, s": Math.round(median(ours.map(({ cpuSeconds }) => cpuSeconds)) * 100) / 100, "memory, MiB": Math.round(median(ours.map(({ residentBytes }) => residentBytes)) / 2 ** 20) },
    };
  },
};
