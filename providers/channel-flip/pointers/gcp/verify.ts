import { gcpArchitecture, gcpDeprecationTime, gcpImageName, guestOsFeatures, labelNames } from "#model/gcp-image";
import { getImage } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { getPolicy, policyFaults } from "#providers/shared/gcp/policy";
import { expectedOf, labelFaults, lastingFaults } from "#providers/gcp-image-check/compare";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { requireWhole } from "#providers/channel-flip/pointers/clouds/not-whole";
import { sealedFacts, type SealedFacts } from "#providers/channel-flip/pointers/clouds/sealed-facts";
import { gcpOf, isOurs, type GcpTarget } from "#providers/channel-flip/pointers/gcp/target";

/** The image is there, ready, of the sealed bytes, as it was declared, and for those to use whom the site names. */
export async function verifyImage(target: GcpTarget, version: string): Promise<void> {
  const facts = await sealedFacts({ image: target.image, version }, "gce");
  const name = gcpImageName(facts);
  const image = await getImage(gcpOf(target), name);
  const faults = !image ? [`there is no image ${name}`] : !isOurs(target, image) ? [`the image ${name} is not of the stack ${target.stack}`] : await faultsOf(target, facts, image);
  requireWhole(target.site.name, facts, faults);
}

async function faultsOf(target: GcpTarget, facts: SealedFacts, image: ComputeImage): Promise<string[]> {
  if (image.status !== "READY") return [`the image ${image.name} is ${image.status.toLowerCase()}`];
  const inputs = checkInputs(target, facts, image);
  const { description, labels } = expectedOf(inputs, false);
  const declared = Object.fromEntries(Object.entries(image.labels).filter(([label]) => label in labels)); // what others added takes nothing away
  const withdrawn = ["OBSOLETE", "DELETED"].includes(image.deprecation) ? [`it is ${image.deprecation.toLowerCase()}`] : [];
  return [
    ...lastingFaults(inputs, image), ...withdrawn, ...labelFaults(labels, { labels: declared }), ...(image.description === description ? [] : ["description changed"]),
    ...policyFaults(await getPolicy(gcpOf(target), image.name), inputs.members),
  ];
}

/** What the check of the registration is told, but for what it alone knows: whether a newer release is there. */
function checkInputs({ site, stack }: GcpTarget, facts: SealedFacts, image: ComputeImage): CheckInputs {
  const { os, virtualBytes, image: of, version, key, sha256 } = facts;
  const { name, project, bucket, labels, licenses, storageLocations, members, kmsKey } = site;
  const deprecateAt = gcpDeprecationTime(site, version);
  return {
    site: name, image: of, version, key, sha256, format: "gce", made: "", project, bucket, stack, labels, licenses, storageLocations, members, superseded: image.labels[labelNames.channel] === undefined,
    guestOsFeatures: guestOsFeatures(site, os), architecture: gcpArchitecture(os), diskSizeGb: Math.ceil(virtualBytes / 2 ** 30), ...(kmsKey !== undefined && { kmsKey }), ...(deprecateAt !== undefined && { deprecateAt }),
  };
}
