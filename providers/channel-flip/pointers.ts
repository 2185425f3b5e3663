import { FleetError } from "#model/errors";
import type { Pointers, PointerTarget } from "#providers/channel-flip/pointer";

/** How the site of a target keeps its channels. Loaded when first asked for: each kind brings its cloud's client. */
export async function pointersOf({ site, channel, image }: PointerTarget): Promise<Pointers> {
  try {
    const { pointers } = (await import(`#providers/channel-flip/pointers/${site.kind}`)) as { pointers: Pointers };
    return pointers;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FleetError({
      action: `move the channel ${channel} of ${image} on ${site.name}`,
      cause: `sites of the kind ${site.kind} keep no channels`,
      hint: `take the site out of the image's sites (imagefleet:images.${image}.sites)`,
    });
  }
}
