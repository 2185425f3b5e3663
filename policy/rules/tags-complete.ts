import { releaseIn, unknown, type Declared } from "../declared.ts";
import { placeOf, type Marks } from "../marks.ts";
import { fault, resourceRule } from "../rule.ts";

interface Settings {
  readonly also: readonly string[];
}

const forms: Readonly<Record<keyof Marks, RegExp>> = {
  image: /^[a-z0-9]/, version: /^\d{4}\.\d{1,4}\.\d+$/, key: /^[0-9a-f]+$/, sha256: /^[0-9a-f]{64}$/, stack: /^[^/\s]+\/[^/\s]+$/,
};

export const tagsComplete = resourceRule<Settings>({
  name: "tags-complete",
  description: "Every registration says which release it is, by key and digest, and whose",
  level: "mandatory",
  settings: {
    also: { type: "array", items: { type: "string" }, description: "More tags (of OpenStack: properties) that every registration must have, such as `cost-centre`. Absent: none." },
  },
  faults(resource, { also = [] }) {
    const place = placeOf(resource.type);
    const marks = place?.of(resource);
    if (!place || marks === undefined || marks === unknown) return [];
    const { name, props, ignored = [] } = resource;
    // One that a killed run left is taken as it was found; its check writes the marks, or refuses it.
    if (ignored.includes(place.where) && (marks as Marks).key === undefined) return [];
    const missing = [...faulty(marks as Marks, name).map((mark) => place.names[mark]), ...(place.where === "description" ? [] : lacking(props[place.where], also))];
    if (missing.length === 0) return [];
    return [fault(`${place.where} of ${name} lack, or have wrong: ${missing.join(", ")}`, missing.every((tag) => also.includes(tag))
      ? `add them to ${place.where} of the site`
      : "register images by imagefleet alone, which writes them; one that was declared by hand is to be removed")];
  },
});

/** Marks that are not there, do not look like what they are, or are of another release than the resource's name. */
function faulty(marks: Marks, name: string): (keyof Marks)[] {
  const named = releaseIn(name);
  return (Object.keys(forms) as (keyof Marks)[]).filter((mark) => {
    const value = marks[mark];
    if (value === unknown) return false;
    if (typeof value !== "string" || !forms[mark].test(value)) return true;
    return (mark === "image" || mark === "version") && named !== undefined && named[mark] !== value;
  });
}

function lacking(values: Declared["props"][string], also: readonly string[]): string[] {
  if (typeof values !== "object" || values === null) return values === undefined ? [...also] : [];
  return also.filter((tag) => (values as Record<string, unknown>)[tag] === undefined);
}
