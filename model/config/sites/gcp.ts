import { gcpClaims, gcpFaults } from "#model/config/sites/gcp-faults";
import { gcpSettings } from "#model/config/sites/gcp-settings";
import type { SiteKind } from "#model/config/sites/site-kind";

/** Images of a project of Google Cloud. */
export interface GcpSite {
  readonly kind: "gcp";
  readonly name: string;
  /** Id of the project. */
  readonly project: string;
  /** Bucket that takes the archive until the image is made of it. */
  readonly bucket: string;
  /** Regions or multi-regions that keep the image: `eu`, `europe-west3`; absent: the multi-region nearest to the bucket. */
  readonly storageLocations: readonly string[];
  /** Self-links or URLs of licences. */
  readonly licenses: readonly string[];
  /** Besides those that follow from the image: `IDPF`, `SEV_CAPABLE`. */
  readonly guestOsFeatures: readonly string[];
  /** Machines may boot it with Secure Boot: it has a signed boot chain. Default false. */
  readonly secureBoot: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Who may use the images, in IAM's words: `group:builders@example.com`, `domain:example.com`. */
  readonly members: readonly string[];
  /** Who approved that images are public, and where: needed where members has `allUsers` or `allAuthenticatedUsers`. */
  readonly publicApproval?: string;
  /** Name of the Cloud KMS key that encrypts the image: `projects/…/cryptoKeys/…`. */
  readonly kmsKey?: string;
  /** Days from the release's epoch after which an image should be deprecated; absent: never. */
  readonly deprecateAfter?: number;
  /** Channel that the image family follows; absent: no channel has an image of the site. */
  readonly nativeChannel?: string;
}

/** A project of Google Cloud. */
export const gcp: SiteKind<GcpSite, typeof gcpSettings, "project" | "bucket"> = {
  title: "A project of Google Cloud: images of Compute Engine. Credentials are those of the usual chain.",
  settings: gcpSettings,
  required: ["project", "bucket"],
  finish: (name, { storageLocations, licenses, guestOsFeatures, labels, members, ...given }) => ({
    secureBoot: false, ...given,
    kind: "gcp", name, labels: labels ?? {}, members: members ?? [],
    storageLocations: [...new Set(storageLocations)], licenses: [...new Set(licenses)], guestOsFeatures: [...new Set(guestOsFeatures)],
  }),
  formats: () => ["gce"],
  faults: gcpFaults,
  claims: gcpClaims,
};
