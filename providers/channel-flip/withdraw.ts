import { wavesOf } from "#model/channel-waves";
import type { FleetConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import type { Store } from "#store/store";
import type { Progress } from "#providers/shared/progress";
import { removeOwn } from "#providers/channel-flip/document";
import { channelOf, type FlipInputs } from "#providers/channel-flip/inputs";
import { forgetJournal } from "#providers/channel-flip/journal";
import { failuresText, moveEach } from "#providers/channel-flip/move-sites";
import { flipSites } from "#providers/channel-flip/targets";

/**
 * Points the channel nowhere on the sites of a wave that is no longer declared, and takes it out of the store. Where only the waves were
 * drawn anew, another one has its sites and nothing is to be done.
 */
export async function withdraw(config: FleetConfig, store: Store, inputs: FlipInputs, progress: Progress): Promise<void> {
  if (isRedrawn(config, inputs)) return;
  progress.begin(`pointing ${inputs.channel} nowhere`);
  const failures = (await moveEach(await flipSites(config, inputs, inputs.sites), undefined, progress)).filter(({ site }) => !inputs.bestEffort.includes(site.target.site.name));
  if (failures.length > 0) throw new FleetError({ action: `end the channel ${channelOf(inputs)}`, cause: failuresText(failures), hint: failures[0]?.hint ?? "run `npm run up` again" });
  await removeOwn(store, inputs);
  await forgetJournal(inputs);
}

/** Sites of the wave that no longer have the image in this channel are pointed nowhere; those that are in another wave are its own. */
export async function leaveSites(config: FleetConfig, before: FlipInputs, inputs: FlipInputs, progress: Progress): Promise<void> {
  const still = new Set(config.images[inputs.image]?.sites);
  const left = before.sites.filter((name) => !inputs.sites.includes(name) && !still.has(name));
  const failures = await moveEach(await flipSites(config, inputs, left), undefined, progress);
  if (failures.length > 0) console.log(`[${inputs.channel}/${inputs.image}] may still be pointed at: ${failuresText(failures)}`);
}

/** The channel still has the image, but in fewer waves. When the whole stack is destroyed, its waves are still configured. */
function isRedrawn(config: FleetConfig, { channel: name, image, wave }: FlipInputs): boolean {
  const channel = config.channels[name];
  const settings = config.images[image];
  if (!channel || !settings || !(image in channel.images)) return false;
  return !wavesOf(channel, settings).some((one) => one.wave === wave);
}
