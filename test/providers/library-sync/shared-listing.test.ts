import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { SharedListing } from "#providers/library-sync/shared-listing";

/** Counts how often each key was listed. */
function counted(listings: SharedListing<number>) {
  const counts = new Map<string, number>();
  const get = (key: string) => listings.get(key, async () => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)!;
  });
  return { counts, get };
}

test("those who ask at once and soon after share one listing of each library", async () => {
  const { counts, get } = counted(new SharedListing(10_000));
  await Promise.all(Array.from({ length: 38 }, () => get("a")));
  await Promise.all([get("a"), get("b")]);
  expect([...counts]).toEqual([["a", 1], ["b", 1]]);
});

test("a listing that is old, failed or was forgotten is made again", async () => {
  const listings = new SharedListing<number>(30);
  const { get } = counted(listings);
  expect(await get("a")).toBe(1);
  await setTimeout(60);
  expect(await get("a")).toBe(2);
  listings.forget();
  expect(await get("a")).toBe(3);
  await expect(listings.get("b", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  expect(await get("b")).toBe(1);
});
