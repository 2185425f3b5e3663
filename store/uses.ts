import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { ifPresent } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { parseReleaseName } from "./names.ts";
import { removalsDecided } from "./removals-decided.ts";
import { isAbandoned, stagings } from "./staging-area.ts";
import type { StagingDir } from "./staging-area.ts";
import type { Use } from "./store.ts";
import { refuseTombstoned } from "./tombstones.ts";

const usesName = "uses";

/**
 * Says that what is prepared in a staging directory is made from a release: nobody removes that one until the directory
 * is gone, or its process. Removals and uses see each other as removals and holds do: see addHold.
 */
export async function useRelease(layout: Layout, staging: StagingDir, id: ReleaseId): Promise<void> {
  const action = `use ${releaseName(id)}`;
  await mkdir(join(staging.dir, usesName), { recursive: true });
  await writeFile(join(staging.dir, usesName, releaseName(id)), "");
  await removalsDecided(layout, id, action);
  await refuseTombstoned(layout, id, action);
}

/** Releases that processes work with; of what can't be proven dead, too. */
export async function readUses(layout: Layout): Promise<Use[]> {
  const working = (await stagings(layout)).filter(({ owner }) => !owner || !isAbandoned(owner));
  const found = await Promise.all(
    working.map(async ({ dir, owner }) => {
      const names = (await ifPresent(readdir(join(dir, usesName)))) ?? [];
      const by = owner ? `${owner.purpose} (process ${owner.pid})` : `a process that has not said its name, in ${dir}`;
      return names.map(parseReleaseName).filter((id) => id !== undefined).map((id): Use => ({ ...id, by }));
    }),
  );
  return found.flat();
}
