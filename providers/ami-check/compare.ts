import { amiName, amiTags, rootDevice } from "#model/aws-image";
import { isChannelTag, tagNames, tagPrefix } from "#model/tags";
import type { Ami, EbsSnapshotFacts } from "#providers/shared/aws/ami";
import { kindOf, namesOf, type AmiCheckInputs } from "#providers/ami-check/inputs";

type Tags = Readonly<Record<string, string>>;

/** What ends a difference. */
export type Repair =
  | { readonly is: "tags"; readonly id: string; readonly set: Tags; readonly remove: readonly string[] }
  | { readonly is: "shares"; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly is: "deprecation"; readonly at: string | undefined }
  | { readonly is: "imds" };

export interface Difference {
  /** `the tag team of ami-… is changed`. */
  readonly what: string;
  /** Nobody declared it, and nothing that was declared is wrong for it. */
  readonly extra?: boolean;
  /** Absent where an AMI is so from its registration on. */
  readonly repair?: Repair;
}

/** All that EC2 says of an AMI. */
export interface Seen {
  readonly ami: Ami;
  /** Of the AMI; one that cannot be found lacks. */
  readonly snapshots: readonly EbsSnapshotFacts[];
  readonly shares: readonly string[];
}

/** EC2 takes no instant that has passed: what should have been deprecated by then, is so within these milliseconds. */
const soon = 10 * 60_000;
const minute = 60_000;

/** All that is not as it should be, without its bytes. */
export function differences(inputs: AmiCheckInputs, { ami, snapshots, shares }: Seen, now = Date.now()): Difference[] {
  const tags = expectedTags(inputs);
  return [
    ...registered(inputs, ami),
    ...shareDifferences(inputs.shares ?? [], shares, ami.public),
    ...deprecation(inputs.deprecated, ami.deprecated, now),
    ...tagDifferences(ami.id, tags, ami.tags),
    ...snapshots.flatMap((snapshot) => [...tagDifferences(snapshot.id, tags, snapshot.tags), ...encryption(inputs.kmsKey, snapshot)]),
  ];
}

/** The same on the AMI and each of its snapshots, in every region and account. */
export function expectedTags(inputs: AmiCheckInputs): Tags {
  const { key, sha256, stack, tags = {} } = inputs;
  return amiTags({ tags }, { ...namesOf(inputs), key, sha256, stack, superseded: !kindOf(inputs).latest });
}

/** Why its bytes are not those that were sealed, where that is known. */
export function wrongBytes({ snapshotId, key, sha256 }: AmiCheckInputs, { ami, snapshots }: Pick<Seen, "ami" | "snapshots">): string | undefined {
  const root = ami.snapshots[ami.rootDevice];
  if (root === undefined) return `its root device ${ami.rootDevice} has no snapshot`;
  if (snapshotId !== undefined && root !== snapshotId) return `its root device is the snapshot ${root}, not ${snapshotId}`;
  const snapshot = snapshots.find(({ id }) => id === root);
  if (!snapshot) return `its snapshot ${root} is gone`;
  const other = [[tagNames.key, key], [tagNames.sha256, sha256]].find(([name, value]) => snapshotId === undefined && snapshot.tags[name!] !== undefined && snapshot.tags[name!] !== value);
  return other && `its snapshot ${root} is of another artifact: ${other[0]} is ${snapshot.tags[other[0]!]!.slice(0, 16)}`;
}

/** @returns what to do about the tags of one thing; others' tags are theirs, and those of channels are their channel's. */
export function tagDifferences(id: string, expected: Tags, actual: Tags): Difference[] {
  const missing = Object.entries(expected).filter(([name]) => actual[name] === undefined);
  const changed = Object.entries(expected).filter(([name, value]) => actual[name] !== undefined && actual[name] !== value);
  const added = Object.keys(actual).filter((name) => name.startsWith(tagPrefix) && !isChannelTag(name) && expected[name] === undefined);
  const set = (entries: [string, string][]): Repair => ({ is: "tags", id, set: Object.fromEntries(entries), remove: [] });
  const names = (entries: [string, string][]) => entries.map(([name]) => name).join(", ");
  return [
    ...(missing.length > 0 ? [{ what: `${id} lacks the ${missing.length === 1 ? "tag" : "tags"} ${names(missing)}`, repair: set(missing) }] : []),
    ...(changed.length > 0 ? [{ what: `${id} has other values of ${names(changed)}`, repair: set(changed) }] : []),
    ...(added.length > 0 ? [{ what: `${id} has ${added.join(", ")}`, extra: true, repair: { is: "tags" as const, id, set: {}, remove: added } }] : []),
  ];
}

function registered(inputs: AmiCheckInputs, ami: Ami): Difference[] {
  const { architecture, bootMode, tpm } = kindOf(inputs);
  const name = amiName(namesOf(inputs));
  const wrong = (differs: boolean, what: string): Difference[] => (differs ? [{ what }] : []);
  return [
    ...wrong(ami.state !== "available", `it is ${ami.state}`),
    ...wrong(ami.name !== name, `its name is ${ami.name}, not ${name}`),
    ...wrong(ami.architecture !== architecture, `its architecture is ${ami.architecture}, not ${architecture}`),
    ...wrong(ami.bootMode !== bootMode, `its boot mode is ${ami.bootMode || "unset"}, not ${bootMode}`),
    ...wrong(ami.rootDevice !== rootDevice, `its root device is ${ami.rootDevice}, not ${rootDevice}`),
    ...wrong(!ami.ena, "it is without ENA"),
    ...wrong(ami.tpm !== tpm, ami.tpm ? "it has a TPM" : "it has no TPM"),
    ...(ami.imdsV2 ? [] : [{ what: "it does not require IMDSv2", repair: { is: "imds" as const } }]),
  ];
}

function shareDifferences(expected: readonly string[], actual: readonly string[], isPublic: boolean): Difference[] {
  const add = expected.filter((share) => !actual.includes(share));
  const remove = actual.filter((share) => !expected.includes(share));
  const flagged = isPublic && !expected.includes("all") && !remove.includes("all") ? ["all"] : [];
  const gone = [...remove, ...flagged];
  return [
    ...(gone.includes("all") ? [{ what: "it is public", repair: { is: "shares" as const, add: [], remove: ["all"] } }] : []),
    ...gone.filter((share) => share !== "all").map((share) => ({ what: `it is shared with ${share}`, extra: true, repair: { is: "shares" as const, add: [], remove: [share] } })),
    ...(add.length > 0 ? [{ what: `it is not ${add.includes("all") ? "public" : `shared with ${add.join(", ")}`}`, repair: { is: "shares" as const, add, remove: [] } }] : []),
  ];
}

function deprecation(expected: string | undefined, actual: string | undefined, now: number): Difference[] {
  if (expected === undefined) return actual === undefined ? [] : [{ what: `it is deprecated from ${actual} on`, repair: { is: "deprecation", at: undefined } }];
  const [should, is] = [Date.parse(expected), actual === undefined ? Number.NaN : Date.parse(actual)];
  if (Math.abs(should - is) < minute || (should < now && is < now + soon)) return [];
  const at = should > now ? expected : new Date(Math.ceil(now / minute) * minute + 2 * minute).toISOString();
  return [{ what: actual === undefined ? `it is not deprecated from ${expected} on` : `it is deprecated from ${actual} on, not ${expected}`, repair: { is: "deprecation", at } }];
}

/** An alias may come to mean another key; of a key's id or ARN the answer is sure. */
function encryption(expected: string | undefined, { id, encrypted, kmsKey }: EbsSnapshotFacts): Difference[] {
  if (expected === undefined) return [];
  if (!encrypted) return [{ what: `${id} is not encrypted` }];
  const other = kmsKey !== undefined && !/^alias\/|:alias\//.test(expected) && !kmsKey.endsWith(expected.slice(expected.lastIndexOf("/") + 1));
  return other ? [{ what: `${id} is encrypted with the key ${kmsKey}` }] : [];
}
