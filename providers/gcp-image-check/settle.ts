import { FleetError } from "#model/errors";
import { gcpImageName, objectName } from "#model/gcp-image";
import { getImage, setDeprecation, setDescription, setLabels } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import { getPolicy, mendedPolicy, policyFaults, setPolicy } from "#providers/shared/gcp/policy";
import { forgetListings } from "#providers/shared/gcp/stack-images";
import { isStaged } from "#providers/shared/gcp/staged-object";
import { deleteObject, getObject } from "#providers/shared/gcp/storage";
import { expectedOf, isDue, labelFaults, lastingFaults, settingFaults, wantedDeprecation, wantedLabels } from "#providers/gcp-image-check/compare";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { exchanged } from "#providers/gcp-image-check/inspect";
import type { CheckOutputs } from "#providers/gcp-image-check/kept";
import { actionOf, giveUp, readyImage } from "#providers/gcp-image-check/ready-image";

type Say = (text: string) => void;

const changesBorne = 3;

/**
 * Waits until the image is ready, compares it with what is expected, repairs what it can, and removes the archive.
 * @param olds What the last run left; absent for the first one.
 * @returns what later looks need.
 * @throws FleetError where it is not as expected afterwards.
 */
export async function settle(inputs: CheckInputs, olds: CheckOutputs | undefined, say: Say): Promise<Pick<CheckOutputs, "identity" | "deprecated">> {
  const gcp = openGcp(inputs.project);
  const image = await readyImage(gcp, inputs, say);
  const wrong = olds && wrongImage(olds, inputs, image);
  if (wrong !== undefined) return giveUp(gcp, inputs, wrong);
  const deprecated = isDue(inputs);
  await unlessChanged(() => repairSettings(gcp, inputs, deprecated, say));
  await unlessChanged(() => repairPolicy(gcp, inputs, say));
  forgetListings();
  await requireRight(gcp, inputs, deprecated);
  await removeArchive(gcp, inputs, say);
  return { identity: image.identity, deprecated };
}

/** Compute Engine has no digest of an image, so one that we did not make is known by its id alone. */
function wrongImage(olds: CheckOutputs, inputs: CheckInputs, image: ComputeImage): string | undefined {
  const seen = olds.state.includes(exchanged(image));
  const unannounced = olds.state === "correct" && olds.identity !== image.identity && olds.made === inputs.made;
  return seen || unannounced ? exchanged(image) : undefined;
}

/** Somebody else changed it between our look and our change, or an answer of ours was lost: looks again. */
async function unlessChanged(repair: () => Promise<void>): Promise<void> {
  for (let left = changesBorne; ; left--) {
    try {
      return await repair();
    } catch (error) {
      if (left === 0 || !(error instanceof GcpError) || error.status !== 412) throw error;
    }
  }
}

async function repairSettings(gcp: Gcp, inputs: CheckInputs, deprecated: boolean, say: Say): Promise<void> {
  const image = await getImage(gcp, gcpImageName(inputs));
  if (!image) return; // said below
  const expected = expectedOf(inputs, deprecated);
  for (const fault of settingFaults(expected, image)) say(`${inputs.version}: ${fault}; put right`);
  if (labelFaults(expected.labels, image).length > 0) await setLabels(gcp, image, wantedLabels(expected.labels, image));
  if (image.description !== expected.description) await setDescription(gcp, image.name, expected.description);
  const deprecation = wantedDeprecation(expected, image);
  if (image.deprecation !== deprecation) await setDeprecation(gcp, image.name, deprecation);
}

async function repairPolicy(gcp: Gcp, inputs: CheckInputs, say: Say): Promise<void> {
  const name = gcpImageName(inputs);
  const policy = await getPolicy(gcp, name);
  const faults = policyFaults(policy, inputs.members);
  if (faults.length === 0) return;
  for (const fault of faults) say(`${inputs.version}: ${fault}; put right`);
  await setPolicy(gcp, name, mendedPolicy(policy, inputs.members));
}

async function requireRight(gcp: Gcp, inputs: CheckInputs, deprecated: boolean): Promise<void> {
  const name = gcpImageName(inputs);
  const [image, policy] = await Promise.all([getImage(gcp, name), getPolicy(gcp, name)]);
  const faults = image ? [...lastingFaults(inputs, image), ...settingFaults(expectedOf(inputs, deprecated), image), ...policyFaults(policy, inputs.members)] : [`the image ${name} was deleted meanwhile`];
  if (faults.length === 0) return;
  throw new FleetError({ action: actionOf(inputs), place: gcp.place, cause: faults.join("; "), hint: `run \`npm run up\` again; if it stays so: gcloud compute images delete ${name} --project=${gcp.project}, and run it once more` });
}

/** It has served; a bucket is paid for by what is in it. */
async function removeArchive(gcp: Gcp, { bucket, key, sha256, stack, ...release }: CheckInputs, say: Say): Promise<void> {
  const name = objectName(release);
  const object = await getObject(gcp, bucket, name);
  if (!object || !isStaged(object, { key, sha256, stack })) return;
  await deleteObject(gcp, bucket, name, object.generation);
  say(`${release.version}: removed gs://${bucket}/${name}, of which the image was made`);
}
