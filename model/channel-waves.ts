import type { ChannelConfig } from "#model/config/channel";
import type { ImageConfig } from "#model/config/types";

/** A step of a channel's promotion, as far as one image goes. */
export interface ImageWave {
  /** Position in the configuration, from 1. */
  readonly wave: number;
  readonly sites: readonly string[];
  readonly bestEffort: readonly string[];
  /** Seconds to wait after the former wave that has the image. */
  readonly pause: number;
  readonly last: boolean;
}

/** The waves in which a channel of an image moves: those that have a site of the image. Without waves, all its sites at once. */
export function wavesOf({ waves, bestEffort }: Pick<ChannelConfig, "waves" | "bestEffort">, { sites }: Pick<ImageConfig, "sites">): ImageWave[] {
  const given = waves.length > 0 ? waves : [{ sites, pause: 0 }];
  const numbered = given.map((wave, index) => ({ wave: index + 1, pause: wave.pause, sites: sites.filter((site) => wave.sites.includes(site)) }));
  const own = numbered.filter((wave) => wave.sites.length > 0);
  return own.map(({ wave, sites: named }, index) => ({
    wave,
    sites: named,
    bestEffort: named.filter((site) => bestEffort.includes(site)),
    pause: own[index - 1]?.pause ?? 0,
    last: index === own.length - 1,
  }));
}
