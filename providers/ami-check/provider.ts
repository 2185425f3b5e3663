import type { dynamic } from "@pulumi/pulumi";
import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import { Progress } from "#providers/shared/progress";
import { sortedText } from "#providers/shared/sorted-text";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown } from "#providers/shared/unknown";
import { closedAccounts } from "#providers/ami-check/accounts";
import { discardAmi } from "#providers/ami-check/discard-ami";
import { kindOf, namesOf, type AmiCheckInputs, type AmiCheckOutputs } from "#providers/ami-check/inputs";
import { inspectAmi } from "#providers/ami-check/inspect-ami";
import { settleAmi } from "#providers/ami-check/settle-ami";
import { unreachableState } from "#providers/shared/unreachable";

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of AmiCheck. What it looks at belongs to other resources, which delete it, but for a copy that was found. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
  },

  async diff(_id: string, olds: AmiCheckOutputs, news: AmiCheckInputs): Promise<dynamic.DiffResult> {
    return { changes: olds.state !== "correct" || isUnknown(news) || sortedText(outputs(olds, "")) !== sortedText(outputs(news, "")) };
  },

  async create(inputs: AmiCheckInputs): Promise<dynamic.CreateResult<AmiCheckOutputs>> {
    await settle(inputs);
    return { id: `${inputs.of}/${inputs.region}`, outs: outputs(inputs, "correct") };
  },

  async update(_id: string, _olds: AmiCheckOutputs, news: AmiCheckInputs): Promise<dynamic.UpdateResult<AmiCheckOutputs>> {
    await settle(news);
    return { outs: outputs(news, "correct") };
  },

  async read(id: string, props: AmiCheckOutputs): Promise<dynamic.ReadResult<AmiCheckOutputs>> {
    const { site, image, version } = namesOf(props);
    const state = await inspect(props).catch(unreachableState);
    if (state !== "correct") console.log(`[${site}/${image}] ${version} in ${props.region} is ${state}`);
    return { id, props: { ...props, state } };
  },

  /** The official resource leaves the snapshots of a copy that it did not make. */
  async delete(_id: string, props: AmiCheckOutputs): Promise<void> {
    if (!kindOf(props).adopted) return;
    const amis = new Amis(siteAccess({ name: namesOf(props).site, ...props }, props.region));
    const ami = await amis.get(props.imageId);
    if (ami) await discardAmi(amis, ami);
  },
};

async function inspect(props: AmiCheckOutputs): Promise<string> {
  return inspectAmi(requireSite(props), props);
}

async function settle(inputs: AmiCheckInputs): Promise<void> {
  const site = requireSite(inputs);
  const { image, version } = namesOf(inputs);
  const progress = new Progress(`${site.name}/${image}`);
  progress.begin(`checking ${version} in ${inputs.region}`);
  try {
    await settleAmi(site, inputs, { progress: (text) => progress.say(`${version} in ${inputs.region}: ${text}`) });
    const closed = closedAccounts(site);
    if (closed.length > 0) progress.done(`${version} in ${inputs.region}: tags in ${closed.join(", ")} are neither set nor audited: imagefleet:sites.${site.name} names no role there`);
  } finally {
    progress.stop();
  }
}

/** @throws FleetError where the site has left the configuration. */
function requireSite(inputs: AmiCheckInputs): AwsSite {
  const { site: name, image, version } = namesOf(inputs);
  const site = configOfProvider(request).sites[name];
  if (site?.kind === "aws") return site;
  throw new FleetError({ action: `look at ${image}@${version} on ${name}`, cause: `imagefleet:sites has no ${name} of the kind aws any more`, hint: "npm run up takes away what is left of it" });
}

function outputs({ of, region, profile, assumeRole, imageId, snapshotId, key, sha256, stack, is, tags, shares, deprecated, kmsKey }: AmiCheckInputs, state: string): AmiCheckOutputs {
  const all = { of, region, profile, assumeRole, imageId, snapshotId, key, sha256, stack, is, tags, shares, deprecated, kmsKey, state };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as AmiCheckOutputs; // the engine takes no undefined
}

