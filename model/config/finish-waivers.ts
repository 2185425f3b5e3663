import type { Draft } from "#model/config/draft";
import { parseEpoch } from "#model/config/epoch";
import type { WaiverInput } from "#model/config/waiver-schema";
import type { Waiver } from "#model/gates";

/** The waivers of a configuration without faults, in its order, their dates plain. */
export function finishWaivers({ waivers = [] }: Draft): Waiver[] {
  return (waivers as readonly WaiverInput[]).map((waiver) => ({ ...waiver, expires: parseEpoch(waiver.expires)! }));
}
