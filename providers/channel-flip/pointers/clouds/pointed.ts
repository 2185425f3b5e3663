import type { Pointed } from "#providers/channel-flip/pointer";

/** What one place of a site says. */
export interface PlacePointer {
  /** `eu-west-1` */
  readonly place: string;
  /** Versions that the channel points at there; one, where all is well. */
  readonly versions: readonly string[];
}

/** What all places of a site say together. */
export function pointed(places: readonly PlacePointer[]): Pointed {
  const texts = places.map(({ versions }) => versions.join(" and "));
  const [first = ""] = texts;
  const agreed = texts.every((text) => text === first) && places.every(({ versions }) => versions.length <= 1);
  if (agreed) return first === "" ? {} : { version: first };
  return { mixed: places.map(({ place }, index) => `${place}: ${texts[index] || "nothing"}`) };
}
