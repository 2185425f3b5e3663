import type { Store } from "#store/store";
import { reapOrphans } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";

let swept: Promise<void> | undefined;

/** Before the first long work of a process: stops and removes what a run that was killed has left. */
export function sweepOnce(store: Store): Promise<void> {
  return (swept ??= sweep(store));
}

async function sweep(store: Store): Promise<void> {
  for (const line of await reapOrphans(workDir())) console.log(`[clean-up] ${line}`);
  for (const removed of await store.sweep()) console.log(`[clean-up] removed ${removed}, left by a dead run`);
}
