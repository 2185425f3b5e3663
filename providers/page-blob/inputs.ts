import type { ReleaseId } from "#model/release";
import type { StagingPlace } from "#providers/shared/azure/blob-service";

/** A sealed disk that an image is made of, and where it waits for that. */
export interface PageBlobInputs {
  /** Site, image, version and format: `azure-main/debian-12@2026.1101.2/vhd`. */
  readonly of: string;
  /** Subscription, resource group, storage account and container: a line each. */
  readonly where: string;
  /** Id of the version or managed image that is made of it. */
  readonly target: string;
  /** Beginnings of the build key and of the sealed artifact's digest. */
  readonly key: string;
  readonly sha256: string;
  /** `<project>/<stack>` */
  readonly stack: string;
}

export interface PageBlobOutputs extends PageBlobInputs {
  /** Where the blob is, or was: it goes when the image is whole. */
  readonly uri: string;
  /** Of the blob as it was sent: whoever writes to it changes it. Absent where nothing was sent. */
  readonly etag?: string;
  /** `correct`, `incorrect: <what>` where the blob is not the one that was sent, or `unreachable: <why>` after a look that found nobody. */
  readonly state: string;
}

type Names = ReleaseId & { readonly site: string; readonly format: string };

export function joinWhere({ subscription, resourceGroup, storageAccount, container }: StagingPlace): string {
  return [subscription, resourceGroup, storageAccount, container].join("\n");
}

export function placeIn(where: string): StagingPlace {
  const [subscription = "", resourceGroup = "", storageAccount = "", container = ""] = where.split("\n");
  return { subscription, resourceGroup, storageAccount, container };
}

/** `azure-main/debian-12@2026.1101.2/vhd`, taken apart. */
export function namesIn(of: string): Names {
  const [, site = "", image = "", version = "", format = ""] = /^([^/]*)\/(.*)@(.*)\/(.*)$/.exec(of) ?? [];
  return { site, image, version, format };
}
