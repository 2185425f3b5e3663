import { rm } from "node:fs/promises";
import { join } from "node:path";
import { withCatalogLock } from "#providers/local-catalog/catalog-lock";
import { channelsOf } from "#providers/local-catalog/channels";
import { channelsPath } from "#providers/local-catalog/layout";
import { reindex } from "#providers/local-catalog/reindex";
import { writeAtomically } from "#providers/local-catalog/staging";

/** Points a channel of an image at a release, or (undefined) nowhere: first the fact, then all that is made from it. */
export async function pointChannel(root: string, image: string, channel: string, version: string | undefined): Promise<void> {
  await withCatalogLock(root, async () => {
    const { [channel]: _former, ...others } = await channelsOf(root, image);
    const channels = { ...others, ...(version !== undefined && { [channel]: version }) };
    const sorted = Object.fromEntries(Object.entries(channels).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (Object.keys(sorted).length === 0) await rm(join(root, channelsPath(image)), { force: true });
    else await writeAtomically(root, channelsPath(image), `${JSON.stringify({ schemaVersion: 1, channels: sorted }, null, 2)}\n`);
  });
  await reindex(root);
}
