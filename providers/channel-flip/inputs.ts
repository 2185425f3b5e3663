/** One step of a promotion: a channel of an image on the sites of one wave. */
export interface FlipInputs {
  readonly channel: string;
  readonly image: string;
  /** Release that the channel points at. */
  readonly version: string;
  /** Of the disk that was built. */
  readonly sha256: string;
  /** From 1. */
  readonly wave: number;
  /** All sites of the wave that have the image. */
  readonly sites: readonly string[];
  /** Those of them that hold nothing back: one that lags is named. */
  readonly bestEffort: readonly string[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Whether the release must have been approved for the channel. */
  readonly approval: boolean;
  /** Name of the channel for which a signed request must ask for the release; absent: this stack's own configuration says so. */
  readonly request?: string;
  /** Seconds to wait after the former wave; then it is looked at once more. 0 for the first one. */
  readonly pause: number;
  /** When the former wave was moved, as its own output says: the pause begins there. Absent for the first one. */
  readonly after?: string;
  /** Whether no wave follows: then the store says that the channel has moved. */
  readonly last: boolean;
}

export interface FlipOutputs extends FlipInputs {
  /** When its sites were last moved to the release: RFC 3339, UTC. */
  readonly since: string;
  /** When the last request that was carried out was made: an older one moves nothing any more. */
  readonly asked?: string;
  /** Best-effort sites that do not have it yet, each with why. */
  readonly lagging: readonly string[];
  /** `correct`, `incorrect: <what points where>`, `missing` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}

/** `stable of debian-12` */
export function channelOf({ channel, image }: Pick<FlipInputs, "channel" | "image">): string {
  return `${channel} of ${image}`;
}

/** `move stable of debian-12 to 2026.1101.2 (wave 1)` */
export function actionOf({ channel, image, version, wave }: Pick<FlipInputs, "channel" | "image" | "version" | "wave">): string {
  return `move ${channelOf({ channel, image })} to ${version} (wave ${wave})`;
}
