import { ConfigError } from "#model/config/config-error";
import type { FleetConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import type { ImagePlan } from "#model/plan";
import { signingKey } from "#providers/seal/signing-key";

/**
 * Where something is to be sealed, looks for the key before anything is built: hours of building would end without a seal.
 * A preview seals nothing and needs no key.
 */
export async function requireSigningKey(config: FleetConfig, plans: readonly ImagePlan[]): Promise<void> {
  const unsealed = plans.filter(needsSeal);
  if (unsealed.length === 0) return;
  const action = `seal ${unsealed.map(({ image, version }) => `${image.name}@${version}`).join(", ")}`;
  await signingKey(config.seal, action).catch((error: Error) => {
    if (!(error instanceof FleetError)) throw error;
    const { place, cause, hint } = error.fault;
    throw new ConfigError([{ path: "imagefleet:seal.key", problem: `cannot ${action}${place ? ` (${place})` : ""}: ${cause}`, hint }]);
  });
}

function needsSeal({ gateSet, release, formats }: ImagePlan): boolean {
  if (gateSet === undefined) return false;
  return !release?.passed.includes(gateSet) || formats.some(({ name }) => release.formats[name] === undefined);
}
