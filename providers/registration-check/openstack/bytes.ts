import { FleetError } from "#model/errors";
import { deleteImage } from "#providers/shared/openstack/glance";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import { placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import type { CheckInputs, SettleOptions } from "#providers/registration-check/inputs";

/** Hexadecimal digits of a digest that are kept: enough to tell any two images apart. */
const keptDigits = 24;

/** What Glance says of the bytes, for the state: `sha512:<the first digits>`; of a Glance that gives no digest, their number. */
export function hashText({ hash, size }: Pick<GlanceImage, "hash" | "size">): string {
  return hash ? `${hash.algorithm}:${hash.value.slice(0, keptDigits)}` : `${size ?? "no"} bytes`;
}

/**
 * Compares what Glance has with the sealed artifact; an image of other bytes is deleted, so that the next run makes it again.
 * @returns what Glance says of the bytes.
 */
export async function requireBytes(cloud: Cloud, image: GlanceImage, inputs: CheckInputs, sealed: SettleOptions["sealed"]): Promise<string> {
  const wrong = await wrongBytes(image, inputs.format, sealed);
  if (wrong === undefined) return hashText(image);
  await deleteImage(cloud, image);
  await askForAnotherRun("to make again what could not be used and was removed");
  throw new FleetError({ action: `check ${inputs.image}@${inputs.version} on ${inputs.site}`, place: placeOf(inputs.cloud, inputs.region), cause: `${wrong}; the image ${image.id} was deleted`, hint: againHint });
}

async function wrongBytes({ size, hash }: GlanceImage, format: string, sealed: SettleOptions["sealed"]): Promise<string | undefined> {
  const bytes = await sealed.bytes();
  if (size !== bytes) return `Glance has ${size ?? "no"} bytes, the sealed ${format} has ${bytes}`;
  if (!hash) return undefined;
  const digest = await sealed.digest(hash.algorithm);
  return hash.value === digest ? undefined : `the bytes in Glance are not those of the sealed ${format}: ${hash.algorithm} ${hash.value.slice(0, 16)}..., not ${digest.slice(0, 16)}...`;
}
