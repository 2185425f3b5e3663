import { createHash } from "node:crypto";
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { BuildRecord } from "../../../../model/release.ts";
import { cacheDir } from "../../../../providers/shared/project.ts";
import { inspectDisk } from "./planted-disk.ts";
import { faulty } from "./run-hygiene.ts";

/**
 * Disks of releases in the stores of this project and its cache that were built with this repository's scripts as they are
 * now; children for a target have rules of their own.
 */
async function built(family: string): Promise<string[]> {
  const disks: string[] = [];
  for (const root of [cacheDir(), ".imagefleet"]) {
    for await (const record of glob("*/images/*/*/build/release.json", { cwd: root })) {
      const { inputs, disk } = JSON.parse(await readFile(join(root, record), "utf8")) as BuildRecord;
      if (`script:${family}/cleanup` in inputs && (await isOurs(inputs))) disks.push(join(root, dirname(record), disk.name));
    }
  }
  return disks;
}

async function isOurs(inputs: BuildRecord["inputs"]): Promise<boolean> {
  const scripts = Object.entries(inputs).filter(([name]) => name.startsWith("script:"));
  const same = await Promise.all(scripts.map(async ([name, digest]) => {
    const script = name.slice("script:".length);
    const text = await readFile(`packer/scripts/${script}.sh`).catch(() => undefined);
    return text !== undefined && !script.startsWith("targets/") && createHash("sha256").update(text).digest("hex") === digest;
  }));
  return same.every(Boolean);
}

test.for(["debian", "tiny"])("a release of %s has no finding", async (family, { skip }) => {
  const disks = await built(family);
  skip(disks.length === 0, `no release in the cache was built with the present scripts of ${family}`);
  const tmp = await mkdtemp(join(tmpdir(), "imagefleet-hygiene-"));
  try {
    for (const disk of disks) expect(faulty((await inspectDisk(disk, tmp)).checks), disk).toEqual([]);
  } finally {
    await rm(tmp, { recursive: true });
  }
});
