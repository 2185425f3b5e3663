import type { AwsSite } from "#model/config/sites/aws";
import { siteAccess } from "#providers/shared/aws/site-access";
import { accountDifferences } from "#providers/ami-check/accounts";
import { differences, wrongBytes, type Difference } from "#providers/ami-check/compare";
import type { AmiCheckInputs } from "#providers/ami-check/inputs";
import { listedAmi } from "#providers/ami-check/listing";

/** The state stays slim: the rest is found when these are repaired. */
const shownFaults = 4;
const longestText = 300;

/** Looks, and changes nothing. @returns the state. @throws AwsError where the region or an account does not answer. */
export async function inspectAmi(site: AwsSite, inputs: AmiCheckInputs): Promise<string> {
  const seen = await listedAmi(siteAccess(site, inputs.region), inputs.stack, inputs.imageId);
  if (!seen) return "missing";
  const wrong = wrongBytes(inputs, seen);
  const own: Difference[] = [...(wrong === undefined ? [] : [{ what: wrong }]), ...differences(inputs, seen)];
  const found = [...own, ...(await elsewhere(site, inputs, own.length > 0))];
  if (found.length === 0) return "correct";
  const faults = found.slice(0, shownFaults).map(({ what }) => what).join("; ").slice(0, longestText);
  return found.every(({ extra }) => extra) ? `unexpected: ${faults}` : `incorrect: ${faults}`;
}

/** An account that does not answer hides nothing that is known of the AMI itself. */
async function elsewhere(site: AwsSite, inputs: AmiCheckInputs, known: boolean): Promise<Difference[]> {
  try {
    return (await accountDifferences(site, inputs, false)).map(({ difference }) => difference);
  } catch (error) {
    if (known) return [];
    throw error;
  }
}
