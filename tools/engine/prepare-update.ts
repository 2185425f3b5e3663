import type { Unreachable } from "#fleet/probe-sites";
import type { Place } from "#model/places";
import { policyArguments } from "./policy.ts";
import { reachPlaces } from "./reach-places.ts";
import { selectionArguments } from "./selection.ts";
import { openSession, type Purpose, type Session } from "./session.ts";
import type { UpdateOptions } from "./update-options.ts";

/** Everything that the engine needs for an update or its preview. */
export interface Update extends Session {
  readonly places: readonly Place[];
  readonly unreachable: readonly Unreachable[];
  /** Of the engine, after its verb. */
  readonly args: readonly string[];
}

/**
 * Resources under way at a time: most only wait for a site (the OpenStack plugin sleeps ten seconds in each create); what is heavy
 * is admitted by cores and memory.
 */
const sideBySide = "64";

/** Tools, recovery, and a probe of the sites. @throws FleetError for unknown names. */
export async function prepareUpdate({ configFile, only, except, force, debug, ...options }: UpdateOptions, purpose: Exclude<Purpose, "look">): Promise<Update> {
  const { stack, env, run } = await openSession(options.stack, configFile, purpose);
  const { places, unreachable, selection, env: reached } = await reachPlaces(stack, { only, except });
  for (const image of [...force, ...debug]) selectionArguments(stack.config, { only: [image], except: [], unreachable: [] });
  return {
    stack, run, places, unreachable,
    args: ["--stack", stack.name, "--config-file", stack.configFile, "--parallel", sideBySide, ...(options.refresh ? ["--refresh"] : []), ...(options.expectNoChanges ? ["--expect-no-changes"] : []), ...policyArguments(stack.name), ...selection],
    env: { ...env, ...reached, IMAGEFLEET_FORCE: force.join(","), IMAGEFLEET_DEBUG: debug.join(","), ...(options.deep ? { IMAGEFLEET_DEEP: "1" } : {}) },
  };
}
