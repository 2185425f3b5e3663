import { ConfigError, type ConfigFault } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";

/** The faults that a configuration is refused with; none when it is accepted. */
export function faultsOf(raw: Record<string, unknown>): readonly ConfigFault[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
