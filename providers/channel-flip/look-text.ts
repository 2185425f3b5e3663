import { shortLine } from "#providers/shared/unreachable";

/** What a look at a wave has found in one place. */
export interface PlaceFault {
  /** Name of a site, or `storePlace`. */
  readonly place: string;
  /** `points at 2026.1101.1`, `says that it points at nothing`, `cannot be asked: no answer within 5 s`. */
  readonly what: string;
}

/** What is said of a site that a run leaves out, and how that begins which is said of one that does not answer. */
export const leftOut = "was left out of this run";
export const silent = "cannot be asked";
/** What is said of a store that has no word on the channel. */
export const unknownChannel = "does not know the channel";
/** Where the store's word on a channel is wrong. */
export const storePlace = "the store";

/** The state stays slim. */
const longest = 700;

/** `b points at nothing; c, d: points at 2026.1101.1`: those that are alike together, so that a state has room for all. */
export function faultsText(faults: readonly PlaceFault[]): string {
  const alike = [...Map.groupBy(faults, ({ what }) => plain(what))].map(([what, own]) => ({ what, places: own.map(({ place }) => place).sort() }));
  const entries = alike.map(({ what, places }) => ({ count: places.length, text: `${places.join(", ")}${places.length > 1 ? ":" : ""} ${what}` })).sort((a, b) => (a.text < b.text ? -1 : 1));
  const shown: string[] = [];
  let left = faults.length;
  for (const { count, text } of entries) {
    if (shown.length > 0 && shown.join("; ").length + text.length > longest) break;
    shown.push(text.slice(0, longest));
    left -= count;
  }
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join("; ");
}

/** Takes it apart again; `more`: places of which there was no room to tell. Others than the `places` are nowhere in it. */
export function faultsIn(text: string, places: readonly string[]): { readonly faults: readonly PlaceFault[]; readonly more: number } {
  const faults: PlaceFault[] = [];
  let more = 0;
  for (const entry of text.split("; ")) {
    const [, count] = /^and (\d+) more$/.exec(entry) ?? [];
    if (count !== undefined) more += Number(count);
    else faults.push(...ofEntry(entry, places));
  }
  return { faults, more };
}

function ofEntry(entry: string, places: readonly string[]): PlaceFault[] {
  const one = places.find((place) => entry.startsWith(`${place} `));
  if (one !== undefined) return [{ place: one, what: entry.slice(one.length + 1) }];
  const end = entry.indexOf(": ");
  const named = entry.slice(0, Math.max(end, 0)).split(", ");
  return named.every((place) => places.includes(place)) ? named.map((place) => ({ place, what: entry.slice(end + 2) })) : [];
}

/** What separates entries is in none of them. */
function plain(what: string): string {
  return shortLine(what).replaceAll("; ", ", ");
}
