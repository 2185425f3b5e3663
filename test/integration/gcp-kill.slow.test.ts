import { afterAll, beforeAll, expect, test } from "vitest";
import type { Match } from "../servers/faults.ts";
import { GcpFleet } from "./gcp-fleet.ts";
import { killTree } from "./kill-tree.ts";

/** A release enters an empty project of Google Cloud, and the run is killed at each call that it makes, one after the other. */
const lanes = 2;
/** What an interrupted upload may send again. */
const chunkBytes = 256 * 2 ** 10;

interface Point extends Required<Pick<Match, "method" | "skip">> {
  readonly service: "storage" | "compute";
  /** Without the query; operations have an id of their own each. */
  readonly path: string;
}

let fleets: GcpFleet[];
beforeAll(async () => {
  fleets = [];
  for (let lane = 0; lane < lanes; lane++) fleets.push(await GcpFleet.create(fleets[0]));
});
afterAll(() => Promise.all(fleets?.map((fleet) => fleet.remove())));

test("whichever call a run is killed at, the next run ends it: one image, made once, and nothing is left beside it", async () => {
  const points = await callsOf(fleets[0]!);
  const queue = [...points];
  const killed = (await Promise.all(fleets.map((fleet) => killAtEach(fleet, queue)))).flat();
  // how often is asked whether something is done differs from run to run; what is asked for does not
  expect(points.filter((point) => !killed.includes(point) && !(point.method === "GET" && point.skip > 0)).map(nameOf)).toEqual([]);
});

/** Of a run that nothing happens to, each once for every time that it was made. */
async function callsOf(fleet: GcpFleet): Promise<Point[]> {
  await fleet.up();
  await fleet.requireConverged();
  const points: Point[] = [];
  for (const [service, { passed }] of fleet.services) {
    for (const call of passed) {
      const [method, path] = [call.method, call.path.replace(/\?.*/, "").replace(/\/operations\/.*/, "/operations/")];
      points.push({ service, method, path, skip: points.filter((one) => one.service === service && one.method === method && one.path === path).length });
    }
  }
  return points;
}

/** @returns those that the runs came to. */
async function killAtEach(fleet: GcpFleet, queue: Point[]): Promise<Point[]> {
  const killed: Point[] = [];
  for (let point = queue.shift(); point; point = queue.shift()) {
    const what = nameOf(point);
    fleet.heal();
    await fleet.forget();
    if (!(await killAt(fleet, point))) continue;
    killed.push(point);
    console.log(`killed at ${what}`);
    const { exitCode, text } = await fleet.project.up();
    expect(exitCode, `after a kill at ${what}:\n${text}`).toBe(0);
    await fleet.requireConverged(what);
    expect(fleet.gcp.storage.count({ method: "PUT", path: /upload_id/ }).sent, what).toBeLessThanOrEqual(fleet.bytes + chunkBytes);
  }
  return killed;
}

/** The service has done what it was asked and nobody hears of it: the run is dead before the answer is sent. @returns whether it came to that */
async function killAt(fleet: GcpFleet, point: Point): Promise<boolean> {
  const { service, method, path, skip } = point;
  const run = fleet.project.run("up");
  let killed = false;
  fleet.gcp[service].after({ method, path: new RegExp(`^${path.replaceAll(/[.+]/g, "\\$&")}${path.endsWith("/") ? "" : "(\\?|$)"}`), skip }, async () => {
    killed = true;
    await killTree(run.pid!);
  });
  const { exitCode, all } = await run;
  fleet.gcp[service].heal();
  if (!killed) expect(exitCode, String(all)).toBe(0);
  return killed;
}

function nameOf({ service, method, path, skip }: Point): string {
  return `${service} ${method} ${path} (${skip + 1})`;
}
