import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { Progress } from "#providers/shared/progress";
import type { Pointed, PointerTarget } from "#providers/channel-flip/pointer";

/** Milliseconds before the second look, and at most between two. */
const [first, longest] = [100, 3_000];
/** Milliseconds: clouds show what was changed to some readers later than to others. */
const patience = 90_000;

/**
 * Looks until all places of a site say what they were told.
 * @param hint What may be wrong where they do not.
 * @throws FleetError
 */
export async function readBack(target: PointerTarget, to: string | undefined, read: () => Promise<Pointed>, hint: string): Promise<void> {
  const { site: { name }, channel, image } = target;
  const progress = new Progress(`${name}/${image}`);
  const until = Date.now() + patience;
  try {
    for (let pause = first; ; pause = Math.min(longest, pause * 1.5)) {
      const { version, mixed } = await read();
      if (!mixed && version === to) return;
      const found = mixed?.join(", ") ?? version ?? "nothing";
      if (Date.now() > until) throw new FleetError({ action: actionOf(target, to), place: `site ${name}`, cause: `after ${patience / 1000} s the channel still points at ${found}`, hint });
      progress.begin(`waiting until ${channel} points at ${to ?? "nothing"}`);
      progress.say(`${channel} still points at ${found}`);
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
