import { z } from "zod";
import { described } from "#model/config/expectation";
import { list, text, truth, whole } from "#model/config/values";

export const amiVisibilities = ["private", "public"] as const;

export const regionForm = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;

/** A schema of its own each time, since what belongs there is said of a schema. */
const region = () => described(z.string().regex(regionForm), "the name of a region: eu-central-1");

const accountId = /^\d{12}$/;

const account = () => described(z.string().regex(accountId), 'the id of an account, 12 digits, quoted: "012345678901"', undefined, accountHint);

const role = () => described(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/), "the ARN of a role: arn:aws:iam::012345678901:role/image-tags");

/** ARNs of those that AMIs are shared with; the last part is their id. */
export const organizationArn = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
export const organizationalUnitArn = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/;

/** Fewer digits than an id has: YAML dropped leading zeros, or somebody did. */
function accountHint(value: string): string | undefined {
  return /^\d{8,11}$/.test(value) ? `ids have 12 digits, and YAML drops zeros in front: quote it, "${value.padStart(12, "0")}"` : undefined;
}

const sharedAccount = z.strictObject({
  account: account().meta({ description: "Id of the account." }),
  role: role().optional().meta({ description: "ARN of a role in the account by which tags are written and audited there. Default: they cannot be, and the account is listed." }),
});

const share = described(
  z.union([z.string().refine((value) => [accountId, organizationArn, organizationalUnitArn].some((form) => form.test(value))).meta({ pattern: String.raw`^(\d{12}$|arn:aws)` }), sharedAccount]),
  'the id of an account, quoted: "012345678901", the ARN of an organization or organizational unit, or a map of account and role', undefined, accountHint,
);

const kmsKey = described(
  z.string().regex(/^(alias\/[\w/-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/),
  "the id, the ARN or the alias of a KMS key: alias/images",
);

const tagName = described(z.string().regex(/\S/).max(128), "text of at most 128 characters");
const tagValue = described(z.string().max(256), "text of at most 256 characters");

const snapshotImport = described(z.strictObject({
  bucket: described(z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), "the name of a bucket").meta({ description: "Bucket in the site's region that the disk goes through." }),
  role: text.optional().meta({ description: "Name of the service role that VM Import/Export takes.", default: "vmimport" }),
}), "a map of bucket and role");

/** What stands for something in the name of a parameter. */
const placeholders = ["{image}", "{channel}"];

const parameterForm = /^(\/[\w.-]+){1,15}$/;

function isParameterTemplate(value: string): boolean {
  const plain = placeholders.reduce((text, placeholder) => text.replaceAll(placeholder, "x"), value);
  return parameterForm.test(plain) && !/^\/(aws|ssm)/i.test(value) && placeholders.every((placeholder) => value.includes(placeholder));
}

function parameterHint(value: string): string | undefined {
  const missing = placeholders.filter((placeholder) => !value.includes(placeholder));
  if (missing.length > 0) return `write ${missing.join(" and ")} in it: each channel of each image has a parameter of its own`;
  return /^\/(aws|ssm)/i.test(value) ? "give it another beginning: names that begin with /aws or /ssm are AWS's own" : undefined;
}

const parameter = described(z.string().refine(isParameterTemplate).meta({ pattern: "^/.*" }), "the path of a parameter with {image} and {channel}: /images/{image}/{channel}", undefined, parameterHint);

/** What an account's AMIs have, as users write it. */
export const awsSettings = {
  region: region().meta({ description: "Region that the bytes enter." }),
  copyTo: list(region(), "names of regions").meta({ description: "Other regions, each with a copy of every AMI." }),
  account: account().meta({ description: "Account that the credentials must be of. Default: whichever they are of." }),
  profile: described(z.string().regex(/^\S+$/), "the name of a profile").meta({ description: "Profile of the shared configuration files. Default: the usual chain, such as `AWS_PROFILE` or the machine's role." }),
  assumeRole: role().meta({ description: "ARN of the role to work as, in this or another account." }),
  visibility: described(z.enum(amiVisibilities), amiVisibilities.join(" or ")).meta({ description: "Who may use the AMIs: the account and those of `shareWith`, or everyone.", default: "private" }),
  publicApproval: text.meta({ description: "Who approved that the AMIs are public, and where that is written down. Nothing is public without it." }),
  shareWith: list(share, "accounts and ARNs").meta({ description: "Accounts, organizations and organizational units that may start machines of the AMIs, in every region." }),
  kmsKeys: described(z.record(region(), kmsKey), "a map of KMS keys by the name of the region").meta({ description: "Keys that encrypt the snapshots: one for each of the site's regions. Default: snapshots are not encrypted." }),
  tpm: truth.meta({ description: "NitroTPM 2.0 for instances; the image must boot on UEFI.", default: false }),
  tags: described(z.record(tagName, tagValue), "a map of texts by the name of the tag").meta({ description: "Tags of AMIs and snapshots, in every region and account." }),
  deprecateAfter: whole(1, 3650, "days").meta({ description: "Days from the release's epoch to its deprecation. Default: none." }),
  parameter: parameter.meta({ description: "SSM parameter that holds the id of the AMI that a channel points at, in every region and account: a template. Default: the AMI has a tag for each channel." }),
  snapshotImport: snapshotImport.meta({ description: "Go through a bucket and ImportSnapshot, where EBS direct APIs are not allowed." }),
};
