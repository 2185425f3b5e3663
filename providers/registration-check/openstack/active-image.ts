import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { deleteImage, getImage } from "#providers/shared/openstack/glance";
import { isComing, type GlanceImage } from "#providers/shared/openstack/glance-image";
import { placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import type { CheckInputs, SettleOptions } from "#providers/registration-check/inputs";

/** Milliseconds between two looks. */
const interval = 2_000;

/**
 * Waits while Glance takes in the image's bytes. One that will not come to an end any more is deleted, so that the next run
 * makes it again.
 */
export async function activeImage(cloud: Cloud, inputs: CheckInputs, { stuckAfterMs, progress }: SettleOptions): Promise<GlanceImage> {
  for (;;) {
    const image = await getImage(cloud, inputs.imageId);
    if (!image) return startOver(inputs, `Glance has no image ${inputs.imageId}`);
    if (image.status === "active" || image.status === "deactivated") return image;
    if (!isComing(image, stuckAfterMs)) {
      await deleteImage(cloud, image);
      return startOver(inputs, `the image ${image.id} has been ${image.status} for ${minutes(image.idleMs)} and nobody sends it bytes; it was deleted`);
    }
    progress(`${inputs.version}: ${image.importing ? "importing" : image.status} for ${minutes(image.idleMs)}; waiting`);
    await sleep(interval);
  }
}

async function startOver({ image, version, site, cloud, region }: CheckInputs, cause: string): Promise<never> {
  await askForAnotherRun("to make again what could not be used and was removed");
  throw new FleetError({ action: `check ${image}@${version} on ${site}`, place: placeOf(cloud, region), cause, hint: againHint });
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
