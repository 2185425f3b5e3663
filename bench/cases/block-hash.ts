import { availableParallelism } from "node:os";
import { interleaved, median, type BenchCase } from "../measurement.ts";
import { hashSpeed } from "../uploads/hash-speed.ts";
import { runUpload } from "../uploads/run-upload.ts";
import { blockBytes, uploadDisk } from "../uploads/upload-disk.ts";

const threads = Math.min(2, availableParallelism());
const wanted = 600;
/** Where the machine cannot do what is wanted. */
const leastOfMachine = 0.9;

/** Reading and hashing a disk's blocks, beside hashing alone of as many that lie in memory. */
export const blockHash: BenchCase = {
  name: "block-hash",
  async measure(context) {
    const disk = await uploadDisk("ebs", 8, 2048);
    const megabytes = (disk.blocks.length * blockBytes) / 1e6;
    const { ours, memory } = await interleaved({
      ours: async () => (await runUpload("./ours/block-hash.ts", { url: "http://127.0.0.1", disk: disk.path, virtualBytes: disk.virtualBytes, more: {} })).seconds,
      memory: async () => megabytes / await hashSpeed(threads, Math.ceil(disk.blocks.length / threads)),
    }, context, "s");
    const [value, other] = [median(ours!), median(memory!)];
    const [speed, machine] = [megabytes / value, megabytes / other];
    return {
      name: "block-hash", what: "SHA-256 of each block of a disk with 2 GiB of data", unit: "s", value, samples: ours!,
      baseline: { what: `as many blocks that lie in memory, on ${threads} threads`, value: other, samples: memory! },
      goal: { text: `≥ ${wanted} MB/s (${Math.round(speed)} MB/s; the machine ${Math.round(machine)} MB/s)`, met: speed >= Math.min(wanted, machine * leastOfMachine) },
    };
  },
};
