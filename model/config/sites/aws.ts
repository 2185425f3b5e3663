import { awsClaims, awsFaults } from "#model/config/sites/aws-faults";
import { awsSettings, organizationalUnitArn, organizationArn } from "#model/config/sites/aws-settings";
import type { SiteKind } from "#model/config/sites/site-kind";

/** Another account that AMIs are shared with. */
export interface SharedAccount {
  /** 12 digits. */
  readonly account: string;
  /** ARN of a role in it by which tags are written and audited there; absent: they cannot be, and the account is listed. */
  readonly role?: string;
}

/** How bytes enter AWS where EBS direct APIs are not allowed: through a bucket, by ImportSnapshot. */
export interface SnapshotImport {
  /** In the site's region. */
  readonly bucket: string;
  /** Name of the service role that VM Import/Export takes. Default vmimport. */
  readonly role: string;
}

/** An AWS account: AMIs in one region, and copies of them in others. */
export interface AwsSite {
  readonly kind: "aws";
  readonly name: string;
  /** Where the bytes enter. */
  readonly region: string;
  /** Other regions, each with a copy of every AMI. */
  readonly copyTo: readonly string[];
  /** Account that the credentials must be of, 12 digits; absent: whichever they are of. */
  readonly account?: string;
  /** Profile of the shared configuration files; absent: the usual chain. */
  readonly profile?: string;
  /** ARN of the role to work as, in this or another account. */
  readonly assumeRole?: string;
  /** Default private. */
  readonly visibility: "private" | "public";
  /** Who approved that images are public, and where: needed for `public` alone. */
  readonly publicApproval?: string;
  readonly shareWith: {
    readonly accounts: readonly SharedAccount[];
    /** ARNs. */
    readonly organizations: readonly string[];
    /** ARNs. */
    readonly organizationalUnits: readonly string[];
  };
  /** Id, alias or ARN of the KMS key by region: all of the site's regions, or none, and then snapshots are not encrypted. */
  readonly kmsKeys: Readonly<Record<string, string>>;
  /** NitroTPM 2.0 for instances; the image must boot on UEFI. Default false. */
  readonly tpm: boolean;
  /** On AMIs and snapshots, in every region and account. */
  readonly tags: Readonly<Record<string, string>>;
  /** Days from the release's epoch to its deprecation; absent: none. */
  readonly deprecateAfter?: number;
  /** Name of the SSM parameter of a channel, with `{image}` and `{channel}`; absent: AMIs have a tag for each channel. */
  readonly parameter?: string;
  /** Absent: EBS direct APIs. */
  readonly snapshotImport?: SnapshotImport;
}

/** An AWS account. */
export const aws: SiteKind<AwsSite, typeof awsSettings, "region"> = {
  title: "An AWS account: AMIs in one region, and copies of them in others. Credentials are those of the usual chain.",
  settings: awsSettings,
  required: ["region"],
  finish: (name, { copyTo, visibility = "private", shareWith = [], kmsKeys, tags, snapshotImport, ...given }) => ({
    tpm: false, ...given,
    kind: "aws", name, visibility, copyTo: copyTo ?? [], kmsKeys: kmsKeys ?? {}, tags: tags ?? {}, shareWith: sharesByKind(shareWith),
    ...(snapshotImport && { snapshotImport: { role: "vmimport", ...snapshotImport } }),
  }),
  formats: () => ["raw"],
  faults: awsFaults,
  claims: awsClaims,
};

/** Users write one list. */
function sharesByKind(written: readonly (string | SharedAccount)[]): AwsSite["shareWith"] {
  const texts = written.filter((share) => typeof share === "string");
  return {
    accounts: written.flatMap((share) => (typeof share !== "string" ? [share] : share.startsWith("arn:") ? [] : [{ account: share }])),
    organizations: texts.filter((text) => organizationArn.test(text)),
    organizationalUnits: texts.filter((text) => organizationalUnitArn.test(text)),
  };
}
