import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { Progress } from "#providers/shared/progress";
import { pointedText, pointsAt } from "#providers/channel-flip/pointed";
import type { Pointed, PointerTarget } from "#providers/channel-flip/pointer";

/** Milliseconds before the second look, and at most between two. */
const [first, longest] = [100, 3_000];
/** Milliseconds: clouds show what was changed to some readers later than to others. */
const patience = 90_000;
/** Milliseconds after which somebody may wonder. */
const unsaid = 2_000;

export interface Settling {
  /** What may be wrong where it does not come to that. */
  readonly hint: string;
  /** For messages. Default the site. */
  readonly place?: string;
}

/**
 * Looks until all places of a site say what they were told.
 * @throws FleetError where they do not in time
 */
export async function readBack(target: PointerTarget, to: string | undefined, read: () => Promise<Pointed>, { hint, place = `site ${target.site.name}` }: Settling): Promise<void> {
  const { site: { name }, channel, image } = target;
  const progress = new Progress(`${name}/${image}`);
  const began = Date.now();
  try {
    for (let pause = first; ; pause = Math.min(longest, pause * 1.5)) {
      const seen = await read();
      if (pointsAt(seen, to)) return;
      const found = pointedText(seen);
      const waited = Date.now() - began;
      if (waited > patience) throw new FleetError({ action: actionOf(target, to), place, cause: `after ${patience / 1000} s the channel still points at ${found}`, hint });
      if (waited > unsaid) progress.say(`${channel} still points at ${found}; waiting`);
      await sleep(pause);
    }
  } finally {
    progress.stop();
  }
}

/** For messages: `point stable of debian-12 at 2026.1101.2` */
export function actionOf({ channel, image }: Pick<PointerTarget, "channel" | "image">, to: string | undefined): string {
  return `point ${channel} of ${image} at ${to ?? "nothing"}`;
}
