import { createHash } from "node:crypto";
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { BuildRecord } from "../../../../model/release.ts";
import { cacheDir } from "../../../../providers/shared/project.ts";
import { inspectDisk } from "./planted-disk.ts";
import { faulty } from "./run-hygiene.ts";

/** Disks of releases in the stores of this project and its cache that were built with the clean-up scripts as they are now. */
async function built(family: string): Promise<string[]> {
  const cleanUp = createHash("sha256").update(await readFile(`packer/scripts/${family}/cleanup.sh`)).digest("hex");
  const disks: string[] = [];
  for (const root of [cacheDir(), ".imagefleet"]) {
    for await (const record of glob("*/images/*/*/build/release.json", { cwd: root })) {
      const { inputs, disk } = JSON.parse(await readFile(join(root, record), "utf8")) as BuildRecord;
      if (inputs[`script:${family}/cleanup`] === cleanUp) disks.push(join(root, dirname(record), disk.name));
    }
  }
  return disks;
}

test.for(["debian", "tiny"])("a release of %s has no finding", async (family, { skip }) => {
  const disks = await built(family);
  skip(disks.length === 0, `no release in the cache was built with the present packer/scripts/${family}/cleanup.sh`);
  const tmp = await mkdtemp(join(tmpdir(), "imagefleet-hygiene-"));
  try {
    for (const disk of disks) expect(faulty((await inspectDisk(disk, tmp)).checks), disk).toEqual([]);
  } finally {
    await rm(tmp, { recursive: true });
  }
});
