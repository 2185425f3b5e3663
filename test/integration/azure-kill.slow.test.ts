import { afterAll, beforeAll, test } from "vitest";
import { AzureFleet } from "./azure-fleet.ts";
import { killAtCalls } from "./kill-at-calls.ts";

/** Fleets side by side, each an empty gallery of Azure that a release enters. */
const lanes = 2;

let fleets: AzureFleet[];
beforeAll(async () => {
  fleets = [];
  for (let lane = 0; lane < lanes; lane++) fleets.push(await AzureFleet.create({ other: fleets[0] }));
});
afterAll(() => Promise.all(fleets?.map((fleet) => fleet.remove())));

test("whichever call a run is killed at, the next run ends it: one version, and nothing is left beside it", async () => {
  await killAtCalls(fleets, { shortened, oneQuestionInARow: true });
}, 1_500_000);

/** `/account/container/blob?comp=page`; each fleet has a subscription of its own, and each operation an id. */
function shortened(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://azure");
  const asked = searchParams.get("comp") ?? searchParams.get("restype");
  return pathname.replace(/^(\/subscriptions\/)[^/]+/, "$1").replace(/(\/operations\/).*/, "$1") + (asked === null ? "" : `?${asked}`);
}
