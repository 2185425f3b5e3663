import type { GatesConfig } from "#model/gates";
import type { Gate } from "#providers/inspection/gate";

/**
 * The gates that a configuration asks for, in the order in which they run: what only reads files comes first, in seconds, and
 * says what it found before the boots, which take minutes. Loaded when needed: most runs adopt what has passed.
 */
export async function gatesOf(config: GatesConfig): Promise<Gate[]> {
  const { hygieneGate } = await import("#providers/inspection/hygiene/hygiene-gate");
  const { packagesGate } = await import("#providers/inspection/packages/packages-gate");
  const { bootGate } = await import("#providers/inspection/boot/boot-gate");
  return [hygieneGate(config.hygiene), packagesGate(), ...(await complianceGates(config)), ...(await scanGates(config)), bootGate(config.boot)];
}

async function complianceGates({ compliance }: GatesConfig): Promise<Gate[]> {
  if (!compliance) return [];
  const { complianceGate } = await import("#providers/inspection/compliance/compliance-gate");
  return [complianceGate(compliance)];
}

async function scanGates({ scanners }: GatesConfig): Promise<Gate[]> {
  const named = Object.entries(scanners);
  if (named.length === 0) return [];
  const { scanGate } = await import("#providers/inspection/scan/scan-gate");
  return named.map(([name, scanner]) => scanGate(name, scanner));
}
