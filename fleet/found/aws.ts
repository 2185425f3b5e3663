import type { ConfigFault } from "#model/config/config-error";
import type { AwsSite } from "#model/config/sites/aws";
import { amiName, regionsOf } from "#model/aws-image";
import { adoptedAs, adoptedBefore, amiResource } from "#model/aws-names";
import { ownerOf } from "#model/owner";
import { AwsError } from "#providers/shared/aws/aws-fault";
import { Amis } from "#providers/shared/aws/amis";
import type { Ami } from "#providers/shared/aws/ami";
import { impatient } from "#providers/shared/aws/probe";
import { siteAccess } from "#providers/shared/aws/site-access";
import { missingPermissions } from "#providers/shared/aws/missing-permissions";
import { matchAmi } from "#fleet/found/aws-match";
import { sweepCopies } from "#fleet/found/aws-orphans";
import { finishedAmi } from "#fleet/found/aws-unfinished";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { stateResources } from "#fleet/found/state";

/** Names in one question: EC2 takes so many values of a filter. */
const namesAtOnce = 200;
const amiType = "aws:ec2/ami:Ami";

interface Answer {
  readonly ids?: Record<string, string>;
  readonly refusal?: ConfigFault;
}

interface InRegion {
  readonly region: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly refusals: readonly ConfigFault[];
  /** Something wanted is not there. */
  readonly lacks: boolean;
}

/**
 * What the site has of what is wanted, by name, key, digest and owner: with one listing a region, of the wanted names alone. In an
 * update, AMIs that are on their way are waited for, dead ones of ours and what is left of copies removed, and, before anything is made, all permissions
 * that are known to lack are named at once.
 */
export async function findAws(site: AwsSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  if (wanted.length === 0) return { ids: {}, refusals: [], unreachable: [] };
  try {
    const regions = await Promise.all(regionsOf(site).map((region) => findIn(site, region, wanted, search)));
    const refusals = regions.flatMap((one) => one.refusals);
    const lacking = regions.filter(({ lacks }) => lacks).map(({ region }) => region);
    return { ids: Object.assign({}, ...regions.map(({ ids }) => ids)) as Found["ids"], refusals: [...refusals, ...(await denied(site, lacking, search))], unreachable: [] };
  } catch (error) {
    if (!(error instanceof AwsError) || !error.unreachable) throw error;
    return { ids: {}, refusals: [], unreachable: [{ place: site.name, cause: error.fault.cause }] };
  }
}

async function findIn(site: AwsSite, region: string, wanted: readonly WantedRegistration[], search: Search): Promise<InRegion> {
  const amis = new Amis(siteAccess(site, region), search.mayChange ? undefined : impatient);
  if (search.mayChange && region !== site.region) await sweepCopies(amis, search);
  const byName = new Map((await listNamed(amis, wanted.map(amiName))).map((ami) => [ami.name, ami]));
  const all = await Promise.all(wanted.map(async (one): Promise<Answer> => {
    const ami = byName.get(amiName(one));
    return ami ? findOne(amis, site, one, ami, search) : {};
  }));
  return { region, ids: Object.assign({}, ...all.map(({ ids }) => ids)) as InRegion["ids"], refusals: all.flatMap(({ refusal }) => refusal ?? []), lacks: all.some(({ ids }) => ids === undefined) };
}

async function listNamed(amis: Amis, names: readonly string[]): Promise<Ami[]> {
  const lists = [];
  for (let from = 0; from < names.length; from += namesAtOnce) lists.push(await amis.list({ name: names.slice(from, from + namesAtOnce) }));
  return lists.flat().filter(({ state }) => state !== "deregistered");
}

async function findOne(amis: Amis, site: AwsSite, wanted: WantedRegistration, ami: Ami, search: Search): Promise<Answer> {
  const { region } = amis.access;
  const name = amiResource(site, wanted, region);
  const match = matchAmi(ami, wanted, ownerOf(search));
  const known = (await stateResources(search.stack, "aws")).get(name);
  const declared = known?.id === ami.id;
  if (match.is === "other" && !declared) return { refusal: refusal(amis, site, ami, match.why) };
  // one that the state has is left to its check: here the engine would go on as if it were there
  const there = declared ? ami : await finishedAmi(amis, wanted, ami, { keepSnapshots: region === site.region }, search);
  if (!there) return {};
  const copy = region !== site.region;
  if (declared) return { ids: { [name]: ami.id, ...(copy && known.type === amiType && { [adoptedBefore(name)]: ami.id }) } };
  // the resource that makes copies can import none: they are imported as AMIs, which takes their region
  return { ids: { [name]: ami.id, [adoptedAs(name)]: copy ? `${ami.id}@${region}` : ami.id } };
}

function refusal(amis: Amis, { name: site }: AwsSite, { id, name }: Ami, why: string): ConfigFault {
  const { region, profile } = amis.access;
  const options = `--region ${region}${profile === undefined ? "" : ` --profile ${profile}`}`;
  return {
    path: `imagefleet:sites.${site}`,
    problem: `in ${region} the name ${name} is taken by the AMI ${id}; ${why}`,
    hint: `look at it: aws ec2 describe-images ${options} --image-ids ${id}; if nobody needs it: aws ec2 deregister-image ${options} --image-id ${id}`,
  };
}

async function denied(site: AwsSite, regions: readonly string[], { mayChange }: Search): Promise<ConfigFault[]> {
  if (!mayChange || regions.length === 0) return [];
  const missing = await missingPermissions(site, regions);
  if (missing.length === 0) return [];
  return [{ path: `imagefleet:sites.${site.name}`, problem: `its credentials lack permissions that publishing takes: ${missing.join(", ")}`, hint: "give them to the user or role that it works as; docs/aws.md has a policy with all of them" }];
}
