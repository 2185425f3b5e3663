import { z } from "zod";

/** What belongs at a place of the schema, in words for a fault's message. */
interface Expectation {
  readonly expected: string;
}

/** Beside the schema rather than in it, so that the JSON Schema stays plain. */
export const expectations = z.registry<Expectation>();

/** Describes a part of the schema: `meaning` is for the reference and editors, `expected` for a fault's message. */
export function described<S extends z.ZodType>(schema: S, expected: string, meaning?: string): S {
  const result = meaning === undefined ? schema : schema.meta({ ...schema.meta(), description: meaning });
  expectations.add(result, { expected });
  return result;
}
