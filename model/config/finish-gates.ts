import { defaultCompliance, defaultGates, defaultScanner, type GatesInput } from "#model/config/gates-schema";
import type { GatesConfig, ScannerConfig } from "#model/gates";

/** The gates of an image with every default, from what the configuration writes of them. */
export function finishGates({ boot, hygiene, compliance, scanners }: GatesInput): GatesConfig {
  return {
    boot: { ...defaultGates.boot, ...boot },
    hygiene: { ...defaultGates.hygiene, ...hygiene },
    ...(compliance && { compliance: { ...defaultCompliance, ...compliance } as GatesConfig["compliance"] }),
    scanners: Object.fromEntries(Object.entries(scanners ?? {}).map(([name, scanner]) => [name, { ...defaultScanner, ...scanner } as ScannerConfig])),
  };
}
