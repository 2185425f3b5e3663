import { mkdtemp, open, rm } from "node:fs/promises";
import { randomFillSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";
import { interleaved, median, type BenchCase } from "../measurement.ts";

const gib = 2 ** 30;
const virtualBytes = 100 * gib;
const pieces = 400;
const pieceBytes = 2 ** 20;
const most = 512 * 2 ** 20;

/** In a process of its own: what it takes at most, worker threads included. */
const program = `
const { formatWriters } = await import(process.argv[1] + "/providers/disk-format/formats.ts");
const { formatJob } = await import(process.argv[1] + "/test/providers/disk-format/format-fixture.ts");
const [disk, dir] = process.argv.slice(2);
for (const name of ["ova", "gce", "vagrant-libvirt"]) {
  const job = await formatJob(disk, name, dir);
  const writer = await formatWriters[name]();
  await writer.write(job);
  job.progress.stop();
}
console.error(process.resourceUsage().maxRSS * 1024);
`;

/** What the compressing formats take of a large disk whose data is spread all over it. */
export const formatMemory: BenchCase = {
  name: "format-memory",
  async measure({ log }) {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-bench-"));
    try {
      const disk = await spreadDisk(dir);
      const root = pathToFileURL(repositoryRoot).href;
      const { memory } = await interleaved({
        memory: async () => Number((await execa(process.execPath, ["--input-type=module", "-e", program, root, disk, dir], { cwd: repositoryRoot })).stderr.trim().split("\n").at(-1)),
      }, { runs: 1, log }, "bytes");
      const value = median(memory!);
      return {
        name: "format-memory", what: "Memory of OVA, Compute Engine archive and Vagrant box of a 100 GiB disk, at most", unit: "bytes", value, samples: memory!,
        goal: { text: "≤ 512 MiB", met: value <= most },
      };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function spreadDisk(dir: string): Promise<string> {
  const raw = join(dir, "disk.raw");
  const handle = await open(raw, "w");
  const piece = Buffer.alloc(pieceBytes);
  await handle.truncate(virtualBytes);
  for (let index = 0; index < pieces; index++) {
    randomFillSync(piece, 0, pieceBytes / 2); // half of it compresses well, half not at all
    await handle.write(piece, 0, pieceBytes, index * Math.floor(virtualBytes / pieces / pieceBytes) * pieceBytes);
  }
  await handle.close();
  await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, join(dir, "disk.qcow2")]);
  await rm(raw);
  return join(dir, "disk.qcow2");
}
