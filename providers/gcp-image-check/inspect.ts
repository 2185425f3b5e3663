import { Semaphore } from "async-mutex";
import { gcpImageName } from "#model/gcp-image";
import { getImage } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import { getPolicy, policyFaults } from "#providers/shared/gcp/policy";
import { stackImages } from "#providers/shared/gcp/stack-images";
import { expectedOf, lastingFaults, settingFaults } from "#providers/gcp-image-check/compare";
import type { CheckOutputs } from "#providers/gcp-image-check/inputs";

/** The state stays slim: the rest is found when these are repaired. */
const shown = 4;
/** Who may use an image is a question for each. */
const policies = new Semaphore(16);

/** Looks, and changes nothing: one listing serves all images of the stack. @returns the state. @throws where the project does not answer. */
export async function inspect(props: CheckOutputs): Promise<string> {
  const gcp = openGcp(props.project);
  const name = gcpImageName(props);
  // one that has lost its labels is in no list
  const image = (await stackImages(gcp, props.stack)).get(name) ?? (await getImage(gcp, name));
  if (!image) return "missing";
  const faults = await faultsOf(gcp, props, image);
  return faults.length > 0 ? `incorrect: ${faults.slice(0, shown).join("; ")}` : "correct";
}

async function faultsOf(gcp: Gcp, props: CheckOutputs, image: ComputeImage): Promise<string[]> {
  if (image.status !== "READY") return [`it is ${image.status.toLowerCase()}`];
  if (image.identity !== props.identity) return [exchanged(image)];
  const policy = await policies.runExclusive(() => getPolicy(gcp, image.name));
  return [...policyFaults(policy, props.members), ...lastingFaults(props, image), ...settingFaults(expectedOf(props, props.deprecated), image)];
}

/** Says for which, so that a later run knows whether it is still there. */
export function exchanged({ identity }: Pick<ComputeImage, "identity">): string {
  return `it was exchanged for another image (${identity})`;
}
