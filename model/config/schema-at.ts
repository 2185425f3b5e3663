import { z } from "zod";
import { expectations } from "#model/config/expectation";
import { siteSchemaOf } from "#model/config/site-schema";

/** The part of a schema that describes the value at a path; `value` decides between the kinds of a union. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): z.ZodType | undefined {
  const inner = unwrap(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return inner;
  const next = childOf(inner, key);
  return next && schemaAt(next, rest, (value as Record<PropertyKey, unknown> | undefined | null)?.[key]);
}

/** The words for what belongs where a schema is, if it has any. */
export function expectationOf(schema: z.ZodType | undefined): string | undefined {
  for (let part = schema; part; part = part instanceof z.ZodOptional ? (part.unwrap() as z.ZodType) : undefined) {
    const known = expectations.get(part);
    if (known) return known.expected;
  }
  return undefined;
}

function unwrap(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) return siteSchemaOf(value);
  if (schema instanceof z.ZodUnion) return mapAmong(schema, value) ?? schema;
  return schema;
}

/** A map is what it is in the union's own words; anything else is what the union says that belongs there. */
function mapAmong({ options }: z.ZodUnion, value: unknown): z.ZodType | undefined {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? (options as z.ZodType[]).find((option) => option instanceof z.ZodObject) : undefined;
}

function childOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.ZodType>)[key];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}
