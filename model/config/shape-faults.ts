import { z } from "zod";
import type { ConfigFault } from "#model/config/config-error";
import { expectations } from "#model/config/expectation";
import { found } from "#model/config/found";
import { stackSchema } from "#model/config/schema";
import { expectationOf, schemaAt } from "#model/config/schema-at";
import { settingPath } from "#model/config/setting-path";
import { oneOf } from "#model/config/wrong-name";
import { nearest } from "#model/nearest";

/** A fault of shape, and where in the raw value it is. */
export interface ShapeFault extends ConfigFault {
  readonly keys: readonly PropertyKey[];
  /** Whether only the name is wrong, so that what it holds can be checked all the same. */
  readonly nameOnly?: boolean;
  /** Path of the setting that a misspelt one stands in for. */
  readonly standsFor?: string;
}

/** Checks names, types and forms of a raw configuration, not yet what refers to what. */
export function shapeFaults(raw: unknown): ShapeFault[] {
  return check(stackSchema, [], raw);
}

/** Checks the value at a path of the raw configuration against its part of the schema. */
function check(schema: z.ZodType, at: readonly PropertyKey[], raw: unknown): ShapeFault[] {
  const result = schema.safeParse(valueAt(raw, at));
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, [...at, ...issue.path], raw));
}

function faultsOf(issue: z.core.$ZodIssue, keys: readonly PropertyKey[], raw: unknown): ShapeFault[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownSetting([...keys, key], raw));
  const inner = schemaAt(stackSchema, keys, raw);
  // zod says that a map fits nothing of a union: what is wrong inside it is to be reported.
  if (issue.code === "invalid_union" && inner instanceof z.ZodObject) return check(inner, keys, raw);
  if (issue.code !== "invalid_key") return [wrongValue(keys, raw)];
  // It stops at a wrong name, too: what that names has faults to report as well.
  return [wrongKey(keys, raw), ...(inner ? check(inner, keys, raw) : [])];
}

function unknownSetting(keys: readonly PropertyKey[], raw: unknown): ShapeFault {
  const parents = keys.slice(0, -1);
  const key = String(keys.at(-1));
  const schema = schemaAt(stackSchema, parents, raw);
  const valid = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const hint = misplaced[settingPath(keys)];
  const meant = hint ? undefined : nearest(key, valid);
  const standsFor = meant !== undefined && valueAt(raw, [...parents, meant]) === undefined ? settingPath([...parents, meant]) : undefined;
  return { keys, standsFor, path: settingPath(keys), problem: `there is no setting ${JSON.stringify(key)} here`, expected: oneOf(valid), nearest: meant, hint };
}

/** Settings that one may well look for in a place where they make no sense. */
const misplaced: Readonly<Record<string, string>> = {
  "imagefleet:defaults.images.variables": "set variables of the whole fleet in imagefleet:variables",
  "imagefleet:defaults.images.scripts": "name the scripts in each image: a child would run its parent's again",
  "imagefleet:defaults.images.secrets": "name the secrets in each image whose scripts need them",
};

function wrongKey(keys: readonly PropertyKey[], raw: unknown): ShapeFault {
  const parent = schemaAt(stackSchema, keys.slice(0, -1), raw);
  const expected = parent instanceof z.ZodRecord ? expectationOf(parent.keyType as z.ZodType) : undefined;
  return { keys, path: settingPath(keys), problem: `the name ${JSON.stringify(String(keys.at(-1)))} cannot be used`, expected, nameOnly: true };
}

function wrongValue(keys: readonly PropertyKey[], raw: unknown): ShapeFault {
  const value = valueAt(raw, keys);
  const schema = schemaAt(stackSchema, keys, raw);
  return { keys, path: settingPath(keys), problem: found(value), expected: expectedAt(keys, raw), nearest: nearestValue(schema, value), hint: hintFor(schema, value) };
}

/** What belongs at a path, or, inside a value of any form, around it. */
function expectedAt(keys: readonly PropertyKey[], raw: unknown): string | undefined {
  const schema = schemaAt(stackSchema, keys, raw);
  return schema || keys.length === 0 ? expectationOf(schema) : expectedAt(keys.slice(0, -1), raw);
}

function nearestValue(schema: z.ZodType | undefined, value: unknown): string | undefined {
  if (!schema || typeof value !== "string") return undefined;
  const valid = schema instanceof z.ZodEnum ? schema.options.map(String) : expectations.get(schema)?.near;
  return valid && nearest(value.toLowerCase(), valid);
}

function hintFor(schema: z.ZodType | undefined, value: unknown): string | undefined {
  if (value === null) return "give it a value, or remove the line";
  if (schema instanceof z.ZodArray && typeof value === "string") return `write a list: [${value}]`;
  if (schema && typeof value === "string") return expectations.get(schema)?.hint?.(value);
  if (schema instanceof z.ZodString && typeof value === "number" && /[.e]/.test(String(value))) return expectations.get(schema)?.hint?.(String(value)) ?? "quote it as it was written: YAML takes unquoted digits for a number, and this one is no longer what it was";
  if (!schema || !["number", "boolean"].includes(typeof value)) return undefined;
  if (!schema.safeParse(String(value)).success) return expectations.get(schema)?.hint?.(String(value));
  return `quote it, "${String(value)}": YAML takes unquoted digits for a number and drops leading zeros`;
}

function valueAt(raw: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined | null)?.[key], raw);
}
