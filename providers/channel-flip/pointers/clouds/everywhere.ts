import { Semaphore } from "async-mutex";

/** Places that are worked on side by side. */
const lanes = 8;

/**
 * Does the same in all places. One that fails stops none of the others, and nothing is under way any more when it throws: whoever
 * moves everything back afterwards meets no straggler.
 */
export async function everywhere<Place, Result>(places: readonly Place[], work: (place: Place) => Promise<Result>): Promise<Result[]> {
  const semaphore = new Semaphore(lanes);
  const settled = await Promise.allSettled(places.map((place) => semaphore.runExclusive(() => work(place))));
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}
