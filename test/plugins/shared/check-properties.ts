import { distance } from "fastest-levenshtein";
import type { Fields, Shape } from "./shape.ts";
import { isUnknown, type Properties } from "./wire.ts";

/** What is wrong with a property: the engine shows both. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Holds inputs against the types of the SDK: names that it does not know, values of other types, required ones that are absent. */
export function checkProperties(inputs: Properties, fields: Fields, path = ""): Failure[] {
  const at = (name: string): string => (path ? `${path}.${name}` : name);
  const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(fields, name));
  return [
    ...unknown.map((name) => ({ property: at(name), reason: `the SDK knows no property ${name}${similar(name, fields)}` })),
    ...Object.entries(fields).flatMap(([name, { shape, required }]) => {
      const value = inputs[name];
      if (value !== undefined && value !== null) return mismatches(value, shape, at(name));
      return required ? [{ property: at(name), reason: "is required" }] : [];
    }),
  ];
}

function similar(name: string, fields: Fields): string {
  const [nearest] = Object.keys(fields).map((known) => ({ known, edits: distance(name, known) })).sort((a, b) => a.edits - b.edits);
  return nearest && nearest.edits <= 3 ? `; ${nearest.known} is meant?` : "";
}

function mismatches(value: unknown, shape: Shape, path: string): Failure[] {
  if (shape === "any" || isUnknown(value)) return [];
  if (typeof shape === "string") return typeof value === shape ? [] : [wrong(path, shape, value)];
  if ("oneOf" in shape) {
    const tried = shape.oneOf.map((one) => mismatches(value, one, path));
    return tried.some((failures) => failures.length === 0) ? [] : tried[0]!;
  }
  if ("array" in shape) return Array.isArray(value) ? value.flatMap((one, n) => mismatches(one, shape.array, `${path}[${n}]`)) : [wrong(path, "array", value)];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [wrong(path, "object", value)];
  if ("object" in shape) return checkProperties(value as Properties, shape.object, path);
  return Object.entries(value).flatMap(([name, one]) => mismatches(one, shape.map, `${path}["${name}"]`));
}

function wrong(property: string, expected: string, value: unknown): Failure {
  return { property, reason: `must be ${/^[aeo]/.test(expected) ? "an" : "a"} ${expected}, not ${JSON.stringify(value)}` };
}
