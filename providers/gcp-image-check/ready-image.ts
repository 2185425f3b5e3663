import { setTimeout as sleep } from "node:timers/promises";
import { gcpImageName } from "#model/gcp-image";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { deleteImage, getImage } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import type { Gcp } from "#providers/shared/gcp/open-gcp";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";

/** Milliseconds before the second look, and at most between two. */
const [first, longest] = [500, 5_000];
/** Milliseconds; Compute Engine takes minutes for tens of GiB. */
const patience = 3_600_000;

/** Waits while Compute Engine makes the image. One that it could not make is deleted, so that the next run makes it again. */
export async function readyImage(gcp: Gcp, inputs: CheckInputs, progress: (text: string) => void): Promise<ComputeImage> {
  const name = gcpImageName(inputs);
  const began = Date.now();
  for (let pause = first; ; pause = Math.min(longest, pause * 1.5)) {
    const image = await getImage(gcp, name);
    if (!image) return startOver(gcp, inputs, `Compute Engine has no image ${name}`);
    if (image.status === "READY") return image;
    if (image.status === "FAILED") return giveUp(gcp, inputs, `Compute Engine could not make the image ${name}`);
    const minutes = Math.floor((Date.now() - began) / 60_000);
    if (Date.now() - began > patience) throw new FleetError({ action: actionOf(inputs), place: gcp.place, cause: `the image ${name} is still ${image.status.toLowerCase()} after ${minutes} min`, hint: "run `npm run up` again later: it goes on waiting" });
    progress(`${inputs.version}: Compute Engine is making the image, for ${minutes} min; waiting`);
    await sleep(pause);
  }
}

/** An image that is not what it should be and cannot become so. */
export async function giveUp(gcp: Gcp, inputs: CheckInputs, cause: string): Promise<never> {
  await deleteImage(gcp, gcpImageName(inputs));
  return startOver(gcp, inputs, `${cause}; it was deleted`);
}

async function startOver({ place }: Gcp, inputs: CheckInputs, cause: string): Promise<never> {
  await askForAnotherRun("to make again what could not be used and was removed");
  throw new FleetError({ action: actionOf(inputs), place, cause, hint: againHint });
}

export function actionOf(inputs: CheckInputs): string {
  return `check ${releaseName(inputs)} on ${inputs.site}`;
}
