import { FleetError } from "#model/errors";
import { ensureTestPlugins } from "../setup/test-plugins.ts";

/** Builds the plugins and simulators that integration tests use before they start, with progress; without them, those tests fail and say why. */
export async function supplyTestPlugins(log: (line: string) => void): Promise<void> {
  await ensureTestPlugins({ log }).catch((error: unknown) => {
    if (!(error instanceof FleetError)) throw error;
    log(`[test] tests of private clouds will fail: ${error.message}`);
  });
}
