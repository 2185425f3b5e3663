import { FleetError } from "#model/errors";

/** Runs a command's body: an expected failure is shown as its message alone, anything else with its stack. */
export async function runTool(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof FleetError ? error.message : error);
    process.exitCode = 1;
  }
}
