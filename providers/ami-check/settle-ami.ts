import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";
import type { Ami } from "#providers/shared/aws/ami";
import { Amis } from "#providers/shared/aws/amis";
import { placeOf } from "#providers/shared/aws/aws-fault";
import { siteAccess } from "#providers/shared/aws/site-access";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import { accountDifferences } from "#providers/ami-check/accounts";
import { availableAmi, defaultPatience, type Patience } from "#providers/ami-check/available-ami";
import { differences, wrongBytes, type Difference, type Seen } from "#providers/ami-check/compare";
import { discardAmi } from "#providers/ami-check/discard-ami";
import { namesOf, type AmiCheckInputs } from "#providers/ami-check/inputs";
import { forgetListings, freshAmi } from "#providers/ami-check/listing";
import { repairAmi } from "#providers/ami-check/repair";

export interface SettleOptions {
  readonly progress: (text: string) => void;
  readonly patience?: Patience;
}

/**
 * Waits until an AMI is available for good, compares all of it with what it should be and puts right what can be.
 * @throws FleetError where it is not as expected afterwards; an AMI of other bytes, or a dead one, is removed and asked for again.
 */
export async function settleAmi(site: AwsSite, inputs: AmiCheckInputs, { progress, patience = defaultPatience }: SettleOptions): Promise<void> {
  const amis = new Amis(siteAccess(site, inputs.region));
  const seen = await ready(amis, inputs, progress, patience);
  const wrong = wrongBytes(inputs, seen);
  if (wrong !== undefined) {
    await discardAmi(amis, seen.ami, ownSnapshot(inputs, seen));
    await startOver(amis, inputs, `${inputs.imageId}: ${wrong}; it was deregistered`);
  }
  await mend(amis, site, inputs, seen, progress);
  forgetListings();
}

async function ready(amis: Amis, inputs: AmiCheckInputs, progress: SettleOptions["progress"], patience: Patience): Promise<Seen> {
  const found = await availableAmi(() => enabled(amis, inputs.imageId, progress), progress, patience);
  if (found.is === "available") return freshAmi(amis.access, found.ami);
  if (found.is === "absent") return startOver(amis, inputs, `EC2 has no AMI ${inputs.imageId}`);
  if (found.is === "late") throw new FleetError({ ...what(amis, inputs), cause: `${inputs.imageId} is ${found.ami?.state ?? "absent"} after ${patience.attempts} looks`, hint: "npm run up goes on waiting for it; nothing is registered or copied again" });
  await discardAmi(amis, found.ami, inputs.snapshotId);
  return startOver(amis, inputs, `${inputs.imageId} is ${found.ami.state}${found.ami.reason === undefined ? "" : ` (${found.ami.reason})`}; it was deregistered`);
}

/** Somebody may have disabled it: its id stays what its users know. */
async function enabled(amis: Amis, id: string, progress: SettleOptions["progress"]): Promise<Ami | undefined> {
  const ami = await amis.get(id);
  if (ami?.state !== "disabled") return ami;
  progress(`${id} is disabled; enabled again`);
  await amis.enable(id);
  return amis.get(id);
}

/** Twice: what one repair brings to light is repaired, too. */
async function mend(amis: Amis, site: AwsSite, inputs: AmiCheckInputs, first: Seen, progress: SettleOptions["progress"]): Promise<void> {
  let seen = first;
  for (const last of [false, false, true]) {
    const [own, elsewhere] = [differences(inputs, seen), await accountDifferences(site, inputs, true)];
    const all = [...own, ...elsewhere.map(({ difference }) => difference)];
    if (all.length === 0) return;
    const fixed = all.filter(({ repair }) => repair);
    if (last || fixed.length === 0) throw unmended(amis, inputs, all);
    for (const { what: text } of fixed) progress(`${text}; put right`);
    await repairAmi(site, inputs, own, elsewhere);
    const ami = await amis.get(inputs.imageId);
    if (!ami) await startOver(amis, inputs, `${inputs.imageId} was deregistered meanwhile`);
    seen = await freshAmi(amis.access, ami!);
  }
}

function unmended(amis: Amis, inputs: AmiCheckInputs, left: readonly Difference[]): FleetError {
  const fixed = left.filter(({ repair }) => !repair);
  const cause = `${inputs.imageId}: ${(fixed.length > 0 ? fixed : left).map((one) => one.what).join("; ")}`;
  const hint = fixed.length > 0
    ? `an AMI is so from its registration on: aws ec2 deregister-image --region ${inputs.region} --image-id ${inputs.imageId}, then npm run up registers it again`
    : "somebody else changes it at the same time; find out who (CloudTrail), then npm run up";
  return new FleetError({ ...what(amis, inputs), cause, hint });
}

async function startOver(amis: Amis, inputs: AmiCheckInputs, cause: string): Promise<never> {
  forgetListings();
  await askForAnotherRun("to make again what could not be used and was removed");
  throw new FleetError({ ...what(amis, inputs), cause, hint: againHint });
}

/** A snapshot that others made is not ours to delete. */
function ownSnapshot({ snapshotId }: AmiCheckInputs, { ami }: Seen): string | undefined {
  return snapshotId === undefined ? undefined : ami.snapshots[ami.rootDevice];
}

function what({ access }: Amis, inputs: AmiCheckInputs): { action: string; place: string } {
  const { site, image, version } = namesOf(inputs);
  return { action: `check ${image}@${version} on ${site}`, place: placeOf(access) };
}
