import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { wavesOf } from "#model/channel-waves";
import type { FleetConfig } from "#model/config/types";
import type { Progress } from "#providers/shared/progress";
import { spanText } from "#providers/shared/span-text";
import { actionOf, type FlipInputs } from "#providers/channel-flip/inputs";
import { failuresText, onEach } from "#providers/channel-flip/move-sites";
import { pointedText, pointsAt } from "#providers/channel-flip/pointed";
import { flipSites } from "#providers/channel-flip/targets";

/** Longest sleep at once: whoever waits sees how long still. */
const nap = 30_000;

/** Waits as long as the former wave asks for, then requires that it still stands. @throws FleetError: then nothing moves. */
export async function awaitFormerWave(config: FleetConfig, inputs: FlipInputs, progress: Progress): Promise<void> {
  const channel = config.channels[inputs.channel];
  const former = channel && wavesOf(channel, config.images[inputs.image]!).findLast(({ wave }) => wave < inputs.wave);
  if (!former) return;
  await pause(inputs, progress);
  progress.begin(`wave ${former.wave} is looked at once more`);
  const required = former.sites.filter((name) => !former.bestEffort.includes(name));
  const failures = await onEach(await flipSites(config, inputs, required), async ({ target, pointers }) => {
    await pointers.verify(target, inputs.version);
    const found = await pointers.read(target);
    if (!pointsAt(found, inputs.version)) throw new Error(`it points at ${pointedText(found)}`);
  });
  if (failures.length === 0) return;
  throw new FleetError({
    action: actionOf(inputs),
    cause: `wave ${former.wave} does not stand: ${failuresText(failures)}; nothing of this wave was moved`,
    hint: failures[0]?.hint ?? "make it right, then run `npm run up` again; or point the channel at the former release",
  });
}

async function pause({ after, pause: seconds }: FlipInputs, progress: Progress): Promise<void> {
  const end = (after === undefined ? Date.now() : Date.parse(after)) + seconds * 1000;
  for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
    progress.begin("waiting between two waves");
    progress.say(`waiting ${spanText(left)} after the former wave`);
    await sleep(Math.min(left, nap));
  }
}
