import { azureClaims, azureFaults } from "#model/config/sites/azure-faults";
import { azureSecurityTypes, azureSettings } from "#model/config/sites/azure-settings";
import type { SiteKind } from "#model/config/sites/site-kind";

/** A region that versions of a gallery's images are replicated to. */
export interface ReplicaRegion {
  /** Such as `northeurope`. */
  readonly region: string;
  /** Copies there: more of them start more machines at once. Default 1. */
  readonly replicas: number;
}

export { azureSecurityTypes };

/** A Compute Gallery of an Azure subscription, or managed images where there is none. */
export interface AzureSite {
  readonly kind: "azure";
  readonly name: string;
  /** Id of the subscription. */
  readonly subscription: string;
  readonly resourceGroup: string;
  /** Where the bytes enter: `westeurope`. */
  readonly location: string;
  /** Storage account in the location, which takes the disk until the image is made of it. */
  readonly storageAccount: string;
  /** Container for it. Default imagefleet. */
  readonly container: string;
  /** Name of the gallery, which exists; absent: managed images in the resource group. */
  readonly gallery?: string;
  /** Besides `location`, which always has replicas. With a gallery alone. */
  readonly replicateTo: readonly ReplicaRegion[];
  /** Replicas in `location`. Default 1. */
  readonly replicas: number;
  /** What machines made of it may or must have; only `standard` for images that boot on BIOS alone. Default trustedLaunchSupported where the image boots on UEFI. */
  readonly security?: (typeof azureSecurityTypes)[number];
  /** Of the image definitions. Default imagefleet. */
  readonly publisher: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Days from the release's epoch to its end of life; absent: none. With a gallery alone. */
  readonly endOfLifeAfter?: number;
  /** Channel that `latest` stands for in the gallery; absent: no channel has an image of the site. */
  readonly nativeChannel?: string;
}

/** A subscription of Azure. */
export const azure: SiteKind<AzureSite, typeof azureSettings, "subscription" | "resourceGroup" | "location" | "storageAccount"> = {
  title: "An Azure subscription: versions in a Compute Gallery, or managed images. Credentials are those of the usual chain.",
  settings: azureSettings,
  required: ["subscription", "resourceGroup", "location", "storageAccount"],
  finish: (name, { subscription, replicateTo = [], tags, ...given }) => ({
    container: "imagefleet", replicas: 1, publisher: "imagefleet", ...given,
    kind: "azure", name, subscription: subscription.toLowerCase(), tags: tags ?? {},
    replicateTo: replicateTo.map((replica) => (typeof replica === "string" ? { region: replica, replicas: 1 } : { replicas: 1, ...replica })),
  }),
  formats: () => ["vhd"],
  faults: azureFaults,
  claims: azureClaims,
};
