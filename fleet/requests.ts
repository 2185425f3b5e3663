import type { WaitingChannel } from "#model/channels";
import { requested } from "#model/config/channel-schema";
import type { FleetConfig } from "#model/config/types";
import { answerDocument, type AnswerDocument, type FoundRequest } from "#model/request";
import type { Store } from "#store/store";
import type { ChannelDocument } from "#providers/channel-flip/document";
import { findRequests, outdated } from "#providers/publish-request/find-requests";
import { ownRequest, requestStatus } from "#providers/publish-request/status";

/** What other stacks ask this one to publish, by `<channel>/<image>`. What was carried out does not grow too old. */
export async function readRequests(store: Store, config: FleetConfig, pointed: readonly ChannelDocument[]): Promise<Map<string, FoundRequest[]>> {
  const wanted = Object.values(config.channels).flatMap(({ name: channel, images }) => Object.keys(images).filter((image) => images[image] === requested).map((image) => ({ channel, image })));
  return new Map(await Promise.all(wanted.map(async (place) => {
    const found = await findRequests(store, config.requests, place, `read who asks for ${place.channel} of ${place.image}`);
    const points = pointed.find(({ channel, image }) => channel === place.channel && image === place.image)?.version;
    return [`${place.channel}/${place.image}`, await Promise.all(found.map((one) => inTime(store, one, points)))] as const;
  })));
}

async function inTime(store: Store, found: FoundRequest, points: string | undefined): Promise<FoundRequest> {
  if (!found.says || found.problem !== undefined || found.says.version === points) return found;
  const answer = await store.document<AnswerDocument>(answerDocument(found)).catch(() => undefined);
  const problem = outdated(found.says, answer?.carriedOut);
  return problem === undefined ? found : { ...found, problem };
}

/** What this stack asks others to publish, by `<channel>/<image>`, and what has become of it. */
export async function readAsked(store: Store, config: FleetConfig, stack: string): Promise<Map<string, { version: string; status: string }>> {
  const places = Object.values(config.channels).filter(({ publish }) => publish === "request").flatMap(({ name: channel, images }) => Object.keys(images).map((image) => ({ stack, channel, image })));
  const all = await Promise.all(places.map(async (place) => {
    const asked = await ownRequest(store, place);
    return asked ? [[`${place.channel}/${place.image}`, { version: asked.version, status: (await requestStatus(store, asked)).text }] as const] : [];
  }));
  return new Map(all.flat());
}

/** A line for each channel that points nowhere yet. */
export function waitingText(waiting: readonly WaitingChannel[]): string[] {
  return waiting.map(({ channel, image, refused }) => `${channel} of ${image} points nowhere, and waits for a request: ${refused ?? "no stack asks for a release"}`);
}
