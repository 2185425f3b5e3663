import type { FleetConfig } from "#model/config/types";
import type { FlipInputs } from "#providers/channel-flip/inputs";
import type { Pointers, PointerTarget } from "#providers/channel-flip/pointer";
import { pointersOf } from "#providers/channel-flip/pointers";

/** A site of a wave, and how its kind keeps channels. */
export interface FlipSite {
  readonly target: PointerTarget;
  readonly pointers: Pointers;
}

type Flip = Pick<FlipInputs, "channel" | "image" | "stack">;

/** The sites of these names that the configuration still has. */
export async function flipSites(config: FleetConfig, { channel, image, stack }: Flip, names: readonly string[]): Promise<FlipSite[]> {
  const sites = names.map((name) => config.sites[name]).filter((site) => site !== undefined);
  return Promise.all(sites.map(async (site) => {
    const target = { site, channel, image, stack, native: "nativeChannel" in site && site.nativeChannel === channel };
    return { target, pointers: await pointersOf(target) };
  }));
}
