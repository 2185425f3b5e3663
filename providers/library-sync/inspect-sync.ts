import { unreachableCause } from "#providers/shared/unreachable";
import type { LibraryItem } from "#providers/shared/vcenter/library";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { compareLibraries } from "#providers/library-sync/compare-libraries";
import { unfoldNames } from "#providers/library-sync/fold-names";
import type { LibraryAddress, SyncInputs } from "#providers/library-sync/inputs";
import { LibraryGone, listLibrary } from "#providers/library-sync/list-library";
import { stateText } from "#providers/library-sync/sync-state";

/** Causes come from servers, and the state stays slim. */

/**
 * Looks at a subscriber and its publisher, once each. Never throws for the world's state.
 * @returns `correct`, what differs, or `unreachable: <which of the two, and why>`.
 */
export async function inspectSync(inputs: SyncInputs, published: () => Promise<readonly LibraryItem[]>): Promise<string> {
  const { publisher, libraryId, items, download } = inputs;
  const subscribed = await attempt(() => withVcenter(inputs, (client) => listLibrary(client, libraryId)), inputs.vcenter, inputs);
  if (typeof subscribed === "string") return subscribed;
  const source = await attempt(published, `its publisher ${publisher.vcenter}`, publisher);
  if (typeof source === "string") return source;
  return stateText(compareLibraries({ expected: unfoldNames(items), published: source, subscribed, download }));
}

async function attempt<Result>(list: () => Promise<Result>, who: string, { server }: LibraryAddress): Promise<Result | string> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof LibraryGone) return `missing: the library of ${who}`;
    return `unreachable: ${who} (${server}): ${unreachableCause(error)}`;
  }
}
