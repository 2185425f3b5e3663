/**
 * Works through items with at most so many at once, in their order. The first failure ends it, after what is under way has
 * ended. @param lane Makes what each lane has for itself: room for a block.
 */
export async function inLanes<Item, Own>(items: Iterable<Item>, lanes: number, lane: () => Own, work: (item: Item, own: Own) => Promise<void>): Promise<void> {
  const source = items[Symbol.iterator]();
  let failed = false;
  const run = async (): Promise<void> => {
    let own: Own | undefined;
    for (let next = source.next(); !next.done && !failed; next = source.next()) {
      try {
        await work(next.value, (own ??= lane()));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, run));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
}
