import type { RequestConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import type { PublishRequest } from "#model/request";
import type { Store } from "#store/store";
import { findRequests, outdated } from "#providers/publish-request/find-requests";

type Wanted = Pick<PublishRequest, "channel" | "image" | "version" | "sha256">;

/**
 * The last word before anything moves: whatever the store says of channels and of what was carried out, there is a signed request for this
 * very release, in time, and no older than the last one that the state knows of.
 * @param begun The channel has moved there before, and gets another wave: then the request may have expired.
 * @returns its `since`
 * @throws FleetError
 */
export async function requireRequest(store: Store, config: RequestConfig, wanted: Wanted, { action, last, begun = false }: { action: string; last?: string; begun?: boolean }): Promise<string> {
  const { channel, image, version } = wanted;
  const found = await findRequests(store, config, wanted, action);
  const counts = found.find(({ problem }) => problem === undefined)?.says;
  const problem = counts ? (mismatch(counts, wanted) ?? outdated(counts, last, begun ? 0 : Date.now())) : found[0]?.problem;
  if (counts && problem === undefined) return counts.since;
  throw new FleetError({
    action, place: store.location,
    cause: `${problem ?? `no stack that may asks for ${channel} of ${image}`}; nothing was moved`,
    hint: `let one of ${config.from.join(", ")} ask for ${version} (npm run up there), or name a release: imagefleet:channels.${channel}.${image}`,
  });
}

function mismatch(asked: PublishRequest, wanted: Wanted): string | undefined {
  const other = (["version", "sha256"] as const).find((name) => asked[name] !== wanted[name]);
  return other && `${asked.stack} asks for the ${other} ${asked[other]}, not ${wanted[other]}`;
}
