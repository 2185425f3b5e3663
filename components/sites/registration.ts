import type * as pulumi from "@pulumi/pulumi";
import type { SiteConfig } from "#model/config/types";
import type { Format } from "#model/format";
import type { ReleaseId } from "#model/release";
import { localRegistration } from "#components/sites/local";

/** One sealed format of a release as a site needs it: names from the plan, digest and size from the ledger or the conversion. */
export interface SealedFormat extends ReleaseId {
  readonly key: string;
  readonly format: Format;
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
}

/** How a format of a release is registered on a site. */
export interface Registration {
  /** What consumers use, from declared facts alone. */
  readonly reference: string;
  /** Declares the resources and returns the last one. @param options `parent`, and `dependsOn` the release's hold. */
  declare(options: pulumi.CustomResourceOptions): pulumi.Resource;
}

/** Of every resource on a site: `laptop/debian-12@2026.1101.2/qcow2`. */
export function registrationName(site: SiteConfig, { image, version, format }: Pick<SealedFormat, "image" | "version" | "format">): string {
  return `${site.name}/${image}@${version}/${format.name}`;
}

/** The registration of a release on a site, by the site's kind. */
export function registration(site: SiteConfig, sealed: SealedFormat): Registration {
  switch (site.kind) {
    case "local":
    case "vagrant":
      return localRegistration(site, sealed);
  }
}
