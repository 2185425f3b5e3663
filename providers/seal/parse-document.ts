import type { ZodType } from "zod";
import { recordText } from "#providers/seal/record-text";

/**
 * Reads a JSON document of ours. Its bytes must be exactly those that we write for what it says: else a byte could change and
 * mean the same. @returns in words why it is none
 */
export function parseDocument<T>(bytes: Uint8Array, schema: ZodType<T>): { readonly value: T } | { readonly problem: string } {
  let value: unknown;
  try {
    // A byte order mark and invalid UTF-8 are changes too.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    if (typeof value !== "object" || value === null || recordText(value) !== text) return { problem: "it is not written as imagefleet writes it" };
  } catch (error) {
    return { problem: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : { problem: `it does not have the form of one: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; ")}` };
}
