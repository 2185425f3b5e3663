import { regionForm, type awsSettings } from "#model/config/sites/aws-settings";
import { repeated } from "#model/config/sites/repeated";
import type { Claim, SiteFault, Written } from "#model/config/sites/site-kind";
import { tagPrefix } from "#model/tags";

type Settings = Written<typeof awsSettings>;

/** A public AMI is a decision of somebody, shares are of one account each, and keys are for all regions or none. */
export function awsFaults(settings: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  return [...regionFaults(settings), ...publicFaults(settings), ...accountFaults(settings), ...shareFaults(settings), ...keyFaults(settings, near), ...tagFaults(settings)];
}

/** Names of AMIs are unique in a region of an account: one must not be in two sites. Whose credentials are the default ones cannot be told. */
export function awsClaims({ region, copyTo = [], account, assumeRole, profile }: Settings): Claim[] {
  const id = account ?? accountOf(assumeRole);
  const whose = id !== undefined ? `the account ${id}` : profile !== undefined ? `the profile ${profile}` : "the default credentials";
  const places = [{ keys: ["region"], name: region }, ...copyTo.map((name, index) => ({ keys: ["copyTo", index], name }))];
  return places.flatMap(({ keys, name }, index) => {
    const known = name === undefined || places.findIndex((place) => place.name === name) < index;
    return known ? [] : [{ keys, what: `the region ${name} of ${whose}`, as: "that", expected: "a region of its own" }];
  });
}

function regionFaults({ region, copyTo = [] }: Settings): SiteFault[] {
  const main = copyTo.flatMap((name, index) => (name === undefined || name !== region ? [] : [{
    keys: ["copyTo", index], problem: `${name} is the site's own region`, expected: "another region", hint: "remove it: the AMI is there already" }]));
  return [...main, ...repeated(copyTo).map(({ index, value }) => ({ keys: ["copyTo", index], problem: `the region ${value} is listed already`, hint: "remove one of the two" }))];
}

/** AMIs that are public may be deprecated two years after they were made at the latest. */
const longestPublic = 730;

function publicFaults({ visibility, publicApproval, kmsKeys = {}, deprecateAfter = 0 }: Settings): SiteFault[] {
  if (visibility !== "public") return [];
  return [
    ...(publicApproval === undefined ? [{ keys: ["visibility"], problem: "public AMIs need an approval", expected: "publicApproval beside it: who approved it, and where that is written down", hint: "set publicApproval, or another visibility" }] : []),
    ...(Object.keys(kmsKeys).length > 0 ? [{ keys: ["kmsKeys"], problem: "AMIs that are encrypted cannot be public", hint: "remove the keys, or set visibility to private" }] : []),
    ...(deprecateAfter > longestPublic ? [{ keys: ["deprecateAfter"], problem: `${deprecateAfter} days are too long for public AMIs`, expected: `a whole number of days from 1 to ${longestPublic}` }] : []),
  ];
}

function accountFaults({ account, assumeRole }: Settings): SiteFault[] {
  const owner = accountOf(assumeRole);
  if (account === undefined || owner === undefined || owner === account) return [];
  return [{ keys: ["assumeRole"], problem: `the role is of the account ${owner}, and the site's account is ${account}`, hint: "set account to that of the role, or name a role of the account" }];
}

function shareFaults({ shareWith = [], account }: Settings): SiteFault[] {
  const ids = shareWith.map((share) => (typeof share === "string" ? share : share?.account));
  const foreign = shareWith.flatMap((share, index) => {
    const owner = typeof share === "object" ? accountOf(share.role) : undefined;
    if (typeof share !== "object" || owner === undefined || share.account === undefined || owner === share.account) return [];
    return [{ keys: ["shareWith", index, "role"], problem: `the role is of the account ${owner}, not of ${share.account}`, expected: "a role of the very account that the AMIs are shared with" }];
  });
  const own = ids.flatMap((id, index) => (id === undefined || id !== account ? [] : [{ keys: ["shareWith", index], problem: `${id} is the site's own account`, hint: "remove it: the AMIs are its own" }]));
  return [...foreign, ...own, ...repeated(ids).map(({ index, value }) => ({ keys: ["shareWith", index], problem: `${value} is listed already`, hint: "remove one of the two" }))];
}

function keyFaults(settings: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  const { kmsKeys = {}, shareWith = [] } = settings;
  const own = Object.entries(kmsKeys).flatMap(([region, key]) => ownKeyFaults(region, key, shareWith.length > 0));
  return [...keyRegionFaults(settings, near), ...own];
}

/** Keys and regions belong together one by one, as far as both can be read. */
function keyRegionFaults({ region, copyTo = [], kmsKeys = {} }: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  const regions = [region, ...copyTo].filter((name) => name !== undefined);
  const written = Object.keys(kmsKeys);
  if (written.length === 0 || regions.length < copyTo.length + 1 || near(["copyTo"]) || !written.every((name) => regionForm.test(name))) return [];
  const missing = regions.filter((name) => kmsKeys[name] === undefined && !near(["kmsKeys", name]));
  return [
    ...(missing.length > 0 ? [{ keys: ["kmsKeys"], problem: `there is no key for ${missing.join(", ")}`, expected: "a key for each of the site's regions, or none at all" }] : []),
    ...written.filter((name) => !regions.includes(name)).map((name) => ({ keys: ["kmsKeys", name], problem: `the site has no AMIs in ${name}`, hint: "remove the key, or add the region to copyTo" })),
  ];
}

function ownKeyFaults(region: string, key: string | undefined, shared: boolean): SiteFault[] {
  const keys = ["kmsKeys", region];
  const [, of] = /^arn:[^:]+:kms:([^:]+):/.exec(key ?? "") ?? [];
  if (of !== undefined && of !== region) return [{ keys, problem: `the key is of the region ${of}`, expected: `a key of ${region}` }];
  if (!shared || !/(^|:)alias\/aws\//.test(key ?? "")) return [];
  return [{ keys, problem: "what AWS's own keys encrypt cannot be shared with other accounts", expected: "a key of the account, whose policy lets them use it" }];
}

const mostTags = 40;

function tagFaults({ tags = {} }: Settings): SiteFault[] {
  const names = Object.keys(tags);
  const reserved = names.flatMap((name) => {
    if (/^aws:/i.test(name)) return [{ keys: ["tags", name], problem: "tags that begin with aws: are written by AWS itself", hint: "give the tag another name" }];
    const ours = name === "Name" || name.startsWith(tagPrefix);
    return ours ? [{ keys: ["tags", name], problem: `${name} is written by imagefleet itself`, hint: "give the tag another name" }] : [];
  });
  return [...reserved, ...(names.length > mostTags ? [{ keys: ["tags"], problem: `${names.length} tags are too many`, expected: `at most ${mostTags}: with imagefleet's own, AWS takes 50` }] : [])];
}

function accountOf(arn: string | undefined): string | undefined {
  return /^arn:[^:]+:iam::(\d{12}):/.exec(arn ?? "")?.[1];
}
