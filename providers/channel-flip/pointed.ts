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

/** `2026.1101.1`, `nothing`, or what each place has. */
export function pointedText({ version, mixed }: Pointed): string {
  return mixed ? mixed.join(", ") : (version ?? "nothing");
}

/** Whether all places of a site point at a release, or (undefined) nowhere. */
export function pointsAt({ version, mixed }: Pointed, wanted: string | undefined): boolean {
  return !mixed && version === wanted;
}
