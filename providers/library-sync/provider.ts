import type { dynamic } from "@pulumi/pulumi";
import { Progress } from "#providers/shared/progress";
import { askForAnotherRun } from "#providers/shared/run-again";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { unfoldNames } from "#providers/library-sync/fold-names";
import type { LibraryAddress, SyncInputs, SyncOutputs } from "#providers/library-sync/inputs";
import { inspectSync } from "#providers/library-sync/inspect-sync";
import { listLibrary, Publishers } from "#providers/library-sync/list-library";
import { syncSubscriber } from "#providers/library-sync/sync-subscriber";

const fields = ["site", "vcenter", "server", "credentials", "thumbprint", "libraryId", "download", "items"] as const;
const publisherFields = ["vcenter", "server", "credentials", "thumbprint", "libraryId"] as const;

/** Milliseconds for copies of large disks over slow lines. */
const defaultTimeout = 60 * 60_000;

/** Reads and syncs do not share: a listing from before this run's uploads would lack what they sent. */
const read = new Publishers();
const synced = new Publishers();

/** The verbs of LibrarySync. Nothing is deleted: the library goes with its own resource. */
export const provider = {
  async diff(_id: string, olds: SyncOutputs, news: SyncInputs): Promise<dynamic.DiffResult> {
    const changed = fields.some((name) => mayDiffer(olds[name], news[name])) || isUnknown(news.publisher) || publisherFields.some((name) => mayDiffer(olds.publisher[name], news.publisher[name]));
    return { changes: changed || olds.state !== "correct", replaces: [] };
  },

  async create(inputs: SyncInputs): Promise<dynamic.CreateResult<SyncOutputs>> {
    return { id: `${inputs.site}/${inputs.vcenter}/sync`, outs: await sync(inputs) };
  },

  async update(_id: string, olds: SyncOutputs, news: SyncInputs): Promise<dynamic.UpdateResult<SyncOutputs>> {
    const outs = await sync(news);
    const wanted = new Set(unfoldNames(news.items));
    // The engine deletes what has left the configuration last, so the publisher has it still.
    if (unfoldNames(olds.items).some((name) => !wanted.has(name))) await askForAnotherRun("to let subscribers drop what has left their publishers");
    return { outs };
  },

  async read(id: string, props: SyncOutputs): Promise<dynamic.ReadResult<SyncOutputs>> {
    const state = await inspectSync(props, () => read.list(publisherOf(props)));
    if (state !== "correct") console.log(`[${props.site}/${props.vcenter}] ${state}`);
    return { id, props: outputs(props, state) };
  },
};

/** Makes a subscriber hold what its publisher holds. */
export async function sync(inputs: SyncInputs, timeout = defaultTimeout): Promise<SyncOutputs> {
  const progress = new Progress(`${inputs.site}/${inputs.vcenter}`);
  try {
    await withVcenter(inputs, async (client) => {
      await listLibrary(client, inputs.libraryId);
      await syncSubscriber(inputs, { subscriber: client, published: () => synced.list(publisherOf(inputs)), progress, timeout });
    });
    progress.done(`holds the ${unfoldNames(inputs.items).length} items of ${inputs.publisher.vcenter}`);
    return outputs(inputs, "correct");
  } finally {
    progress.stop();
  }
}

/** For tests, in which a publisher changes while the process lives. */
export function forgetListings(): void {
  read.forget();
  synced.forget();
}

/** Messages name its site too. */
function publisherOf({ site, publisher }: SyncInputs): LibraryAddress {
  return { site, ...publisher };
}

function outputs({ site, vcenter, server, credentials, thumbprint, libraryId, download, publisher, items }: SyncInputs, state: string): SyncOutputs {
  return { site, vcenter, server, credentials, ...(thumbprint !== undefined && { thumbprint }), libraryId, download, publisher, items, state };
}
