import { afterAll, beforeAll, expect, test } from "vitest";
import type { Match } from "../servers/faults.ts";
import { AzureFleet } from "./azure-fleet.ts";
import { killTree } from "./kill-tree.ts";

/** A release enters an empty gallery of Azure, and the run is killed at each call that it makes, one after the other. */
const lanes = 2;

interface Point extends Required<Pick<Match, "method" | "skip">> {
  readonly service: "blobs" | "arm";
  /** With nothing of the query but what is asked for; operations have an id of their own each. */
  readonly path: string;
}

let fleets: AzureFleet[];
beforeAll(async () => {
  fleets = [];
  for (let lane = 0; lane < lanes; lane++) fleets.push(await AzureFleet.create({ other: fleets[0] }));
});
afterAll(() => Promise.all(fleets?.map((fleet) => fleet.remove())));

test("whichever call a run is killed at, the next run ends it: one version, and nothing is left beside it", async () => {
  const points = await callsOf(fleets[0]!);
  const queue = [...points];
  const killed = (await Promise.all(fleets.map((fleet) => killAtEach(fleet, queue)))).flat();
  console.log(`killed at ${killed.length} of ${points.length} calls`);
  // how often is asked whether something is done differs from run to run; what is asked for does not
  expect(points.filter((point) => !killed.includes(point) && !(point.method === "GET" && point.skip > 0)).map(nameOf)).toEqual([]);
}, 1_500_000);

/**
 * Of a run that nothing happens to, each once for every time that it was made. Of questions in a row only the first: whichever of them is
 * the last, what a kill leaves is the same.
 */
async function callsOf(fleet: AzureFleet): Promise<Point[]> {
  await fleet.up();
  await fleet.requireConverged();
  const points: Point[] = [];
  for (const [service, { passed }] of fleet.services) {
    for (const [index, call] of passed.entries()) {
      if (call.method === "GET" && passed[index - 1]?.method === "GET") continue;
      const [method, path] = [call.method, shortened(call.path)];
      points.push({ service, method, path, skip: passed.slice(0, index).filter((one) => one.method === method && shortened(one.path) === path).length });
    }
  }
  return points;
}

/** `/account/container/blob?comp=page`; each fleet has a subscription of its own. */
function shortened(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://azure");
  const asked = searchParams.get("comp") ?? searchParams.get("restype");
  return pathname.replace(/^(\/subscriptions\/)[^/]+/, "$1").replace(/(\/operations\/).*/, "$1") + (asked === null ? "" : `?${asked}`);
}

/** @returns those that the runs came to. */
async function killAtEach(fleet: AzureFleet, queue: Point[]): Promise<Point[]> {
  const killed: Point[] = [];
  for (let point = queue.shift(); point; point = queue.shift()) {
    const what = nameOf(point);
    await fleet.forget();
    fleet.heal();
    if (!(await killAt(fleet, point))) continue;
    killed.push(point);
    console.log(`killed at ${what}`);
    const { exitCode, text } = await fleet.project.up();
    expect(exitCode, `after a kill at ${what}:\n${text}`).toBe(0);
    await fleet.requireConverged(what);
  }
  return killed;
}

/** The service has done what it was asked and nobody hears of it: the run is dead before the answer is sent. @returns whether it came to that */
async function killAt(fleet: AzureFleet, { service, method, path, skip }: Point): Promise<boolean> {
  const run = fleet.project.run("up");
  let [seen, killed] = [0, false];
  fleet.azure[service].after({ method, times: Infinity }, async ({ url }) => {
    if (killed || shortened(url.pathname + url.search) !== path || seen++ < skip) return;
    killed = true;
    await killTree(run.pid!);
  });
  const { exitCode, all } = await run;
  fleet.azure[service].heal();
  if (!killed) expect(exitCode, String(all)).toBe(0);
  return killed;
}

function nameOf({ service, method, path, skip }: Point): string {
  return `${service} ${method} ${path} (${skip + 1})`;
}
