import type { ImageConfig } from "#model/config/types";
import { gateSetOf } from "#model/gate-set";
import { utcDay } from "#model/waivers";
import { rulesDigest } from "#providers/inspection/rules-digest";

/** The set of gates that releases of an image must pass: the plan and the inspection must mean the same. @param today `YYYY-MM-DD`, UTC. */
export function imageGateSet({ gates, waivers, target }: ImageConfig, today: string = utcDay()): string {
  return gateSetOf({ gates, waivers, target, rules: rulesDigest(), today });
}
