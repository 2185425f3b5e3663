import { setTimeout as sleep } from "node:timers/promises";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { StoreError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { liveness } from "./process-identity.ts";
import { stagings } from "./staging-area.ts";

/** A removal decides within milliseconds; one that takes longer hangs, or died on another host. */
const patienceMs = 30_000;

/** Waits while a process that has announced the removal of this release may still carry it out. */
export async function removalsDecided(layout: Layout, id: ReleaseId, action: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const removers = (await stagings(layout)).filter(({ owner }) => owner?.removing === releaseName(id) && liveness(owner) !== "dead");
    if (removers.length === 0) return;
    if (Date.now() > deadline) {
      const [{ dir, owner } = { dir: layout.staging, owner: undefined }] = removers;
      const cause = `process ${owner?.pid} on ${owner?.host} is removing it and does not end`;
      throw new StoreError({ action, place: dir, cause, hint: `end that process; if its host is gone: rm -r ${dir}` });
    }
    await sleep(10);
  }
}
