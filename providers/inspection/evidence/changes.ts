import { z } from "zod";

const version = z.object({ name: z.string(), version: z.string(), arch: z.string() });
const change = z.object({ name: z.string(), arch: z.string(), from: z.string(), to: z.string() });
const schema = z.object({ since: z.string(), added: z.array(version), removed: z.array(version), upgraded: z.array(change), downgraded: z.array(change) });

/** What changed since the last release, as the packages gate wrote it down. */
export type PackageHistory = z.output<typeof schema>;

/** @returns undefined where there is no earlier release, or where the file says something else: the page then goes without. */
export function parseChanges(text: string | undefined): PackageHistory | undefined {
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
