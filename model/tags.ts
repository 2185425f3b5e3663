import type { ReleaseId } from "#model/release";

/** Names of the tags by which we know our things again on public clouds, and consumers find them. */
export const tagNames = {
  image: "imagefleet:image",
  version: "imagefleet:version",
  key: "imagefleet:key",
  sha256: "imagefleet:sha256",
  /** `<project>/<stack>`: whose it is. */
  stack: "imagefleet:stack",
  /** `latest`; superseded releases have none. */
  channel: "imagefleet:channel",
} as const;

/** What names of our tags begin with: no setting writes one. */
export const tagPrefix = "imagefleet:";

/** What follows from a release. */
export interface TagFacts extends ReleaseId {
  readonly key: string;
  /** Of the sealed artifact. */
  readonly sha256: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Absent: nothing is said of it. */
  readonly superseded?: boolean;
}

/** What we write on each of our things, in the words of AWS and Azure; their limits hold for every release. */
export function ourTags({ image, version, key, sha256, stack, superseded }: TagFacts): Record<string, string> {
  return {
    [tagNames.image]: image,
    [tagNames.version]: version,
    [tagNames.key]: key,
    [tagNames.sha256]: sha256,
    [tagNames.stack]: stack,
    ...(superseded === false && { [tagNames.channel]: "latest" }),
  };
}

/** By it a channel points at a release: `imagefleet:channel:stable`, with the version as its value. */
export function channelTag(channel: string): string {
  return `${tagNames.channel}:${channel}`;
}

/** A pointer is moved by its channel alone: who registers and checks releases leaves it as it is. */
export function isChannelTag(name: string): boolean {
  return name.startsWith(channelTag(""));
}
