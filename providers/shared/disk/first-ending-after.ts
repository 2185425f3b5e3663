import type { Segment } from "#providers/shared/disk/disk";

/** Index of the first segment that ends after a position: those before it are of no use. */
export function firstEndingAfter(segments: readonly Segment[], position: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { start, length } = segments[middle]!;
    if (start + length > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
