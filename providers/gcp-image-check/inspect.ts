import { Semaphore } from "async-mutex";
import { gcpImageName } from "#model/gcp-image";
import { getImage } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import { getPolicy, policyFaults } from "#providers/shared/gcp/policy";
import { stackImages } from "#providers/shared/gcp/stack-images";
import { expectedOf, lastingFaults, settingFaults } from "#providers/gcp-image-check/compare";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { inputsIn, lookedAt, type CheckOutputs } from "#providers/gcp-image-check/kept";

/** The state stays slim: the rest is found when these are repaired. */
const shown = 4;
/** Who may use an image is a question for each. */
const policies = new Semaphore(16);

/** Looks, and changes nothing: one listing serves all images of the stack. @returns the state. @throws where the project does not answer. */
export async function inspect(of: string, props: CheckOutputs): Promise<string> {
  const { project, stack, ...release } = wantedIn(of, props);
  const gcp = openGcp(project);
  const name = gcpImageName(release);
  // one that has lost its labels is in no list
  const image = (await stackImages(gcp, stack)).get(name) ?? (await getImage(gcp, name));
  if (!image) return "missing";
  const faults = await faultsOf(gcp, of, props, image);
  return faults.length > 0 ? `incorrect: ${faults.slice(0, shown).join("; ")}` : "correct";
}

async function faultsOf(gcp: Gcp, of: string, props: CheckOutputs, image: ComputeImage): Promise<string[]> {
  if (image.status !== "READY") return [`it is ${image.status.toLowerCase()}`];
  if (image.identity !== props.identity) return [exchanged(image)];
  const { inputs, known } = lookedAt(of, props, image);
  const policy = await policies.runExclusive(() => getPolicy(gcp, image.name));
  const expected = expectedOf(inputs, props.deprecated);
  const description = known && image.description === expected.description ? image.description : `not ${image.description}`;
  return [...policyFaults(policy, inputs.members), ...lastingFaults(inputs, image), ...settingFaults({ ...expected, description }, image)];
}

/** But for the digests, which only the image says. */
function wantedIn(of: string, { made, expected: { sum: _, ...rest } }: CheckOutputs): CheckInputs {
  return inputsIn({ of, made, expected: { ...rest, key: "", sha256: "" } });
}

/** Says for which, so that a later run knows whether it is still there. */
export function exchanged({ identity }: Pick<ComputeImage, "identity">): string {
  return `it was exchanged for another image (${identity})`;
}
