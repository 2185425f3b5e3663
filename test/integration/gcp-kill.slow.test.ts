import { afterAll, beforeAll, expect, test } from "vitest";
import { GcpFleet } from "./gcp-fleet.ts";
import { killAtCalls } from "./kill-at-calls.ts";

/** Fleets side by side, each an empty project of Google Cloud that a release enters. */
const lanes = 2;
/** What an interrupted upload may send again. */
const chunkBytes = 256 * 2 ** 10;

let fleets: GcpFleet[];
beforeAll(async () => {
  fleets = [];
  for (let lane = 0; lane < lanes; lane++) fleets.push(await GcpFleet.create(fleets[0]));
});
afterAll(() => Promise.all(fleets?.map((fleet) => fleet.remove())));

test("whichever call a run is killed at, the next run ends it: one image, made once, and nothing is left beside it", async () => {
  await killAtCalls(fleets, { shortened, require: requireSentOnce });
});

function requireSentOnce(lane: number, what: string): void {
  const { gcp, bytes } = fleets[lane]!;
  expect(gcp.storage.count({ method: "PUT", path: /upload_id/ }).sent, what).toBeLessThanOrEqual(bytes + chunkBytes);
}

/** Without the query; operations have an id of their own each. */
function shortened(path: string): string {
  return path.replace(/\?.*/, "").replace(/\/operations\/.*/, "/operations/");
}
