import { z } from "zod";

/** What belongs at a place of the schema, in words for a fault's message. */
interface Expectation {
  readonly expected: string;
  /** Names that a misspelt one may have meant, where the schema itself does not list them. */
  readonly near?: readonly string[];
  /** What to do about a wrong value that can be told from its looks. */
  readonly hint?: (value: string) => string | undefined;
}

/** Beside the schema rather than in it, so that the JSON Schema stays plain. */
export const expectations = z.registry<Expectation>();

/** Says what belongs where a part of the schema is. */
export function described<S extends z.ZodType>(schema: S, expected: string, near?: readonly string[], hint?: Expectation["hint"]): S {
  expectations.add(schema, { expected, near, hint });
  return schema;
}
