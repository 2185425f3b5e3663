import { expect } from "vitest";
import type { StrictServer } from "../servers/strict-proxy.ts";
import type { CloudFleet } from "./cloud-fleet.ts";
import { killTree } from "./kill-tree.ts";

/** A fleet whose runs can be killed at each call of its cloud's services. */
export interface KillableFleet extends CloudFleet {
  /** The services whose calls count, and their names. */
  readonly services: readonly (readonly [string, StrictServer])[];
  /** Its cloud is empty again, and so is what the engine knows of it. */
  forget(): Promise<void>;
  /** Without faults, and as if nothing had been asked. */
  heal(): void;
  /** As it should be, and nothing is left beside it. */
  requireConverged(what?: string): Promise<void>;
}

/** What differs from cloud to cloud. */
interface Calls {
  /** What is alike in calls that ask for the same in every run and fleet, of `/path?query`. */
  readonly shortened: (path: string) => string;
  /** Of questions in a row only the first is a point: whichever of them is the last, what a kill leaves is the same. */
  readonly oneQuestionInARow?: boolean;
  /** Looked at besides after each point. */
  readonly require?: (fleet: number, what: string) => void;
}

interface Point {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** Calls that are alike and come before it. */
  readonly skip: number;
}

/**
 * A run is killed at each call that it makes, one after the other, side by side in as many fleets as there are; the next one converges.
 * The first fleet's run, to which nothing happens, says which calls there are.
 */
export async function killAtCalls(fleets: readonly KillableFleet[], calls: Calls): Promise<void> {
  const points = await callsOf(fleets[0]!, calls);
  const queue = [...points];
  const killed = (await Promise.all(fleets.map((fleet, index) => killAtEach(fleet, queue, calls, (what) => calls.require?.(index, what))))).flat();
  console.log(`killed at ${killed.length} of ${points.length} calls`);
  // how often is asked whether something is done differs from run to run; what is asked for does not
  expect(points.filter((point) => !killed.includes(point) && !(point.method === "GET" && point.skip > 0)).map(nameOf)).toEqual([]);
}

/** Each once for every time that it was made. */
async function callsOf(fleet: KillableFleet, { shortened, oneQuestionInARow = false }: Calls): Promise<Point[]> {
  await fleet.up();
  await fleet.requireConverged();
  const points: Point[] = [];
  for (const [service, { passed }] of fleet.services) {
    for (const [index, { method, path: whole }] of passed.entries()) {
      if (oneQuestionInARow && method === "GET" && passed[index - 1]?.method === "GET") continue;
      const path = shortened(whole);
      points.push({ service, method, path, skip: passed.slice(0, index).filter((one) => one.method === method && shortened(one.path) === path).length });
    }
  }
  return points;
}

/** @returns those that the runs came to. */
async function killAtEach(fleet: KillableFleet, queue: Point[], { shortened }: Calls, require: (what: string) => void): Promise<Point[]> {
  const killed: Point[] = [];
  for (let point = queue.shift(); point; point = queue.shift()) {
    const what = nameOf(point);
    fleet.heal();
    await fleet.forget();
    if (!(await killAt(fleet, point, shortened))) continue;
    killed.push(point);
    console.log(`killed at ${what}`);
    const { exitCode, text } = await fleet.project.up();
    expect(exitCode, `after a kill at ${what}:\n${text}`).toBe(0);
    await fleet.requireConverged(what);
    require(what);
  }
  return killed;
}

/** The service has done what it was asked and nobody hears of it: the run is dead before the answer is sent. @returns whether it came to that */
async function killAt(fleet: KillableFleet, { service, method, path, skip }: Point, shortened: Calls["shortened"]): Promise<boolean> {
  const server = new Map(fleet.services).get(service)!;
  const run = fleet.project.run("up");
  let [seen, killed] = [0, false];
  server.after({ method, times: Infinity }, async ({ url }) => {
    if (killed || shortened(url.pathname + url.search) !== path || seen++ < skip) return;
    killed = true;
    await killTree(run.pid!);
  });
  const { exitCode, all } = await run;
  server.heal();
  if (!killed) expect(exitCode, String(all)).toBe(0);
  return killed;
}

function nameOf({ service, method, path, skip }: Point): string {
  return `${service} ${method} ${path} (${skip + 1})`;
}
