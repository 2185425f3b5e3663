import { parse } from "yaml";
import { parseConfig } from "#model/config/parse-config";
import type { FleetConfig } from "#model/config/types";

const prefix = "imagefleet:";

/** The configuration in the text of a `Pulumi.<stack>.yaml`. @throws ConfigError with all faults. */
export function parseStackFile(text: string): FleetConfig {
  const entries = Object.entries((parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {});
  return parseConfig(Object.fromEntries(entries.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value])));
}
