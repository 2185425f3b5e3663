import { formatsOf } from "#model/config/sites/site-kinds";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";

/** Every format that some site takes of an image, once, by name in order. */
export function neededFormats(image: ImageConfig, config: Pick<FleetConfig, "sites">): Format[] {
  const names = new Set(image.sites.flatMap((site) => formatsOf(config.sites[site]!)));
  return [...names].sort().map((name) => parseFormat(name)!);
}
