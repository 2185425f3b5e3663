import type { dynamic } from "@pulumi/pulumi";
import { parseConfig } from "#model/config/parse-config";
import { configKeys } from "#model/config/schema";
import type { FleetConfig } from "#model/config/types";

/** Values as the engine hands them over are text; objects, lists, numbers and booleans are JSON. */
export function configValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

let parsed: FleetConfig | undefined;

/** The stack's configuration in a provider's process, parsed once. The program has checked it whole already. */
export function configOfProvider(request: dynamic.ConfigureRequest | undefined): FleetConfig {
  if (parsed) return parsed;
  const raw: Record<string, unknown> = {};
  for (const key of configKeys) {
    const text = request?.config.get(`imagefleet:${key}`);
    if (text !== undefined) raw[key] = configValue(text);
  }
  return (parsed = parseConfig(raw));
}
