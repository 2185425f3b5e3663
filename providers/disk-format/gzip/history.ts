import type { Extent } from "#providers/shared/disk/disk";

/** How far back deflate looks. */
const windowBytes = 32 * 1024;

/** Bytes before a part that its compression may refer to: told of them, it gets no larger than within one stream. */
export function historyOf({ start }: Pick<Extent, "start">): number {
  return Math.min(windowBytes, start);
}
