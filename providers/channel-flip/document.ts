import { FleetError } from "#model/errors";
import type { DocumentName, Store } from "#store/store";
import { actionOf, channelOf, type FlipInputs } from "#providers/channel-flip/inputs";

/** `channels/<channel>/<image>` in the store: where a channel points, for every stack and for `gc`. */
export interface ChannelDocument {
  readonly schemaVersion: 1;
  readonly channel: string;
  readonly image: string;
  readonly version: string;
  /** Of the disk that was built. */
  readonly sha256: string;
  /** `<project>/<stack>`: who moves it. */
  readonly stack: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** What it pointed at before. */
  readonly former?: string;
}

type Flip = Pick<FlipInputs, "channel" | "image">;

export function channelDocument(store: Store, flip: Flip): Promise<ChannelDocument | undefined> {
  return store.document<ChannelDocument>(nameOf(flip));
}

/** A channel belongs to the stack that moved it first. @throws FleetError that names both. */
export async function requireOwn(store: Store, inputs: FlipInputs): Promise<ChannelDocument | undefined> {
  const found = await channelDocument(store, inputs);
  if (!found || found.stack === inputs.stack) return found;
  throw new FleetError({
    action: actionOf(inputs),
    place: store.location,
    cause: `${channelOf(inputs)} belongs to the stack ${found.stack}, which points it at ${found.version}; this is ${inputs.stack}`,
    hint: `give the channel another name here (imagefleet:channels.${inputs.channel}), or take ${inputs.image} out of it in ${found.stack} first`,
  });
}

/** After the last wave. What says the same keeps its date. */
export async function writeDocument(store: Store, inputs: FlipInputs): Promise<void> {
  const { channel, image, version, sha256, stack } = inputs;
  const before = await requireOwn(store, inputs);
  if (before?.version === version && before.sha256 === sha256) return;
  const former = before?.version === version ? before.former : before?.version;
  const value: ChannelDocument = { schemaVersion: 1, channel, image, version, sha256, stack, since: new Date().toISOString(), ...(former !== undefined && { former }) };
  if (before) return store.replaceDocument(nameOf(inputs), value);
  if ((await store.addDocument(nameOf(inputs), value)) === "lost") await writeDocument(store, inputs);
}

/** Only of the stack itself: another one may have taken the name since. */
export async function removeOwn(store: Store, { channel, image, stack }: Pick<FlipInputs, "channel" | "image" | "stack">): Promise<void> {
  if ((await channelDocument(store, { channel, image }))?.stack === stack) await store.removeDocument(nameOf({ channel, image }));
}

function nameOf({ channel, image }: Flip): DocumentName {
  return `channels/${channel}/${image}`;
}
