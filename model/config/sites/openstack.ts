import { openstackClaims, openstackFaults } from "#model/config/sites/openstack-faults";
import { openstackSettings, visibilities } from "#model/config/sites/openstack-settings";
import type { SiteKind } from "#model/config/sites/site-kind";

export { visibilities };

export type Visibility = (typeof visibilities)[number];

/** A project that an image is shared with. */
export interface ImageMember {
  /** Id of the project. */
  readonly project: string;
  /** Entry of clouds.yaml by which the project accepts the image; absent: its people accept it themselves. */
  readonly cloud?: string;
}

/** How the site marked as master boots a registered image before other sites take it. */
export interface TestInstanceConfig {
  readonly flavor: string;
  readonly network: string;
  /** Name of a key pair that is also allowed to log in, to look at an instance that was kept. */
  readonly keyPair?: string;
  /** Network that a floating IP comes from; absent: the fixed address is reached directly. */
  readonly floatingNetwork?: string;
  readonly securityGroups: readonly string[];
  /** User that cloud-init gives the key to. */
  readonly user: string;
  /** Minutes from create to login. Default 15. */
  readonly timeout: number;
  /** Keep the server, whatever comes out, to be looked at. Default false. */
  readonly keep: boolean;
}

/** One region of an OpenStack cloud. */
export interface OpenstackSite {
  readonly kind: "openstack";
  readonly name: string;
  /** Entry of clouds.yaml. */
  readonly cloud: string;
  /** Absent: the entry's. */
  readonly region?: string;
  /** Default qcow2. */
  readonly format: "qcow2" | "raw";
  /** Default private. */
  readonly visibility: Visibility;
  /** Who approved that images are public, and where: needed for `public` alone. */
  readonly publicApproval?: string;
  /** With visibility `shared`. */
  readonly members: readonly ImageMember[];
  /** More image properties, such as `hw_disk_bus`; they win over those that follow from the image's facts. */
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Refuse deletion, by anyone, until the release leaves the configuration. Default false. */
  readonly protected: boolean;
  /** GiB; absent: the size of the disk, rounded up. */
  readonly minDisk?: number;
  /** MiB; absent: 0. */
  readonly minMemory?: number;
  /** Whole-disk image for Ironic. Default false. */
  readonly wholeDisk: boolean;
  /** Base URL under which the region's Glance finds the store: it fetches the bytes itself. */
  readonly webDownload?: string;
  /** Glance image signatures. */
  readonly signature?: {
    /** UUID of the certificate in the region's key manager. */
    readonly certificate: string;
    /** Environment variable with the path of the private key (PEM, RSA). */
    readonly keyFile: string;
  };
  /** Minutes after which an image of ours that is still queued or saving counts as dead. Default 30. */
  readonly stuckAfter: number;
  /** Boot each release here before other sites of the image take it. */
  readonly master?: TestInstanceConfig;
  /** Channel whose former releases are hidden; absent: no channel has an image of the site. */
  readonly nativeChannel?: string;
}

/** A region of an OpenStack cloud. */
export const openstack: SiteKind<OpenstackSite, typeof openstackSettings, "cloud"> = {
  title: "A region of an OpenStack cloud: images in Glance. Credentials are those of clouds.yaml.",
  settings: openstackSettings,
  required: ["cloud"],
  finish: (name, { format = "qcow2", visibility = "private", members, properties, tags, webDownload, master, ...given }) => ({
    protected: false, wholeDisk: false, stuckAfter: 30, ...given,
    kind: "openstack", name, format, visibility,
    members: members ?? [], properties: properties ?? {}, tags: [...new Set(tags)],
    ...(webDownload !== undefined && { webDownload: webDownload.replace(/\/+$/, "") }),
    ...(master && { master: { securityGroups: [], user: "imagefleet", timeout: 15, keep: false, ...master } }),
  }),
  formats: (site) => [site.format],
  faults: openstackFaults,
  claims: openstackClaims,
};
