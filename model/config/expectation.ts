import { z } from "zod";

/** What belongs at a place of the schema, in words for a fault's message. */
interface Expectation {
  readonly expected: string;
}

/** Beside the schema rather than in it, so that the JSON Schema stays plain. */
export const expectations = z.registry<Expectation>();

/** Says what belongs where a part of the schema is. */
export function described<S extends z.ZodType>(schema: S, expected: string): S {
  expectations.add(schema, { expected });
  return schema;
}
