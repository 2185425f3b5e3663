import type { ResolvedChannel, WaitingChannel } from "#model/channels";
import type { FoundRequest, RequestPlace } from "#model/request";

/** What a run makes of a request: it is carried out, unless it is refused. */
export interface Answer extends RequestPlace {
  /** `since` of the request, as far as it can be read. */
  readonly asked?: string;
  readonly version?: string;
  readonly refused?: string;
}

/** An answer to each request that was found. */
export function answersOf(requests: ReadonlyMap<string, readonly FoundRequest[]>, resolved: readonly ResolvedChannel[], waiting: readonly WaitingChannel[]): Answer[] {
  return [...requests.values()].flat().flatMap(({ stack, channel, image, says, problem }) => {
    const now = [...resolved, ...waiting].find((one) => one.channel === channel && one.image === image);
    if (!now) return [];
    const revoked = now.version === undefined ? undefined : now.revokedFallback;
    const refused = problem ?? now.refused ?? (revoked && `${revoked.from} is revoked: ${revoked.reason}`);
    return [{ stack, channel, image, ...(says && { asked: says.since, version: says.version }), ...(refused !== undefined && { refused }) }];
  });
}
