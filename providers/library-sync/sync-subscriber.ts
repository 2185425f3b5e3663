import { setTimeout } from "node:timers/promises";
import { FleetError } from "#model/errors";
import type { Progress } from "#providers/shared/progress";
import { spanText } from "#providers/shared/span-text";
import type { LibraryItem } from "#providers/shared/vcenter/library";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { compareLibraries, type Difference } from "#providers/library-sync/compare-libraries";
import { unfoldNames } from "#providers/library-sync/fold-names";
import type { SyncInputs } from "#providers/library-sync/inputs";
import { stateText } from "#providers/library-sync/sync-state";

export interface SyncContext {
  readonly subscriber: Pick<VcenterClient, "itemsWithFiles" | "syncLibrary" | "syncItem">;
  /** What the publisher holds, listed lately. */
  readonly published: () => Promise<readonly LibraryItem[]>;
  readonly progress: Pick<Progress, "begin" | "say">;
  /** Milliseconds after which what still differs is a failure. */
  readonly timeout: number;
}

/** Milliseconds between two looks: the first, and the longest. */
const interval = { first: 500, longest: 15_000 };
/** Milliseconds after which a sync that changed nothing is asked for again. */
const patience = 2 * 60_000;

/**
 * Brings a subscriber's library in step with its publisher's: items that are there and stale are synced one by one, the
 * library as a whole only where that alone helps. Resolves when it holds all that is expected.
 * @throws FleetError when time is up, or where the publisher itself lacks something: then everything else is in step.
 */
export async function syncSubscriber(inputs: SyncInputs, { subscriber, published, progress, timeout }: SyncContext): Promise<void> {
  const asked = new Requests();
  const deadline = performance.now() + timeout;
  for (let wait = interval.first; ; wait = Math.min(2 * wait, interval.longest)) {
    const differences = compareLibraries({ expected: unfoldNames(inputs.items), published: await published(), subscribed: await subscriber.itemsWithFiles(inputs.libraryId), download: inputs.download });
    const curable = differences.filter(({ remedy }) => remedy !== "publisher");
    if (curable.length === 0) return refuseHopeless(inputs, differences);
    if (performance.now() >= deadline) throw timedOut(inputs, differences, timeout);
    progress.begin(`waiting for ${curable.length === 1 ? "1 item" : `${curable.length} items`}`);
    progress.say(stateText(curable));
    if (await asked.ask(inputs, curable, subscriber)) wait = interval.first / 2;
    await setTimeout(Math.min(wait, Math.max(deadline - performance.now(), 0)));
  }
}

/** What was asked for, and when: a vCenter answers before it is done. */
class Requests {
  private readonly since = new Map<string, number>();

  /**
   * Asks for exactly what helps. A sync of the library brings its stale items up to date as well, so that these are asked
   * for on their own only where it is not needed. @returns whether anything was asked for.
   */
  async ask({ libraryId, download }: SyncInputs, differences: readonly Difference[], subscriber: SyncContext["subscriber"]): Promise<boolean> {
    const remedies = differences.map(({ remedy }) => remedy);
    const whole = remedies.includes("library") && this.due("library");
    const items = remedies.flatMap((remedy) => (typeof remedy === "object" && this.due(remedy.item) ? [remedy.item] : []));
    if (whole) await subscriber.syncLibrary(libraryId);
    else for (const item of items) await subscriber.syncItem(item, { content: download === "immediate" });
    return whole || items.length > 0;
  }

  private due(what: string): boolean {
    const last = this.since.get(what);
    if (last !== undefined && performance.now() - last < patience) return false;
    this.since.set(what, performance.now());
    return true;
  }
}

/** What no subscriber can have before the publisher has it; everything else is in step by now. */
function refuseHopeless(inputs: SyncInputs, hopeless: readonly Difference[]): void {
  if (hopeless.length === 0) return;
  throw new FleetError({
    action: actionOf(inputs), place: inputs.publisher.server,
    cause: stateText(hopeless),
    hint: hopeless.some(({ kind }) => kind === "incorrect")
      ? "delete the item that is not whole from the publisher's content library, then npm run up sends it again"
      : "npm run up, without --no-refresh, sees that the publisher's item is gone and sends it again",
  });
}

function timedOut(inputs: SyncInputs, differences: readonly Difference[], timeout: number): FleetError {
  return new FleetError({
    action: actionOf(inputs), place: inputs.server,
    cause: `after ${spanText(timeout)} the library still differs: ${stateText(differences)}`,
    hint: "look at the recent tasks of its content library in vCenter (does it reach the publisher, is its datastore full?), then npm run up",
  });
}

/** `sync corp/vc-b with vc-a` */
export function actionOf({ site, vcenter, publisher }: SyncInputs): string {
  return `sync ${site}/${vcenter} with ${publisher.vcenter}`;
}
