import type * as pulumi from "@pulumi/pulumi";
import type { SiteConfig } from "#model/config/types";
import type { ReleaseId } from "#model/release";
import { localRegistration } from "#components/sites/local";

/** A release as a site needs it: names from the plan, digest and size from the ledger or the build. */
export interface SiteRelease extends ReleaseId {
  readonly key: string;
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
}

/** How a release is registered on a site. */
export interface Registration {
  /** What consumers use, from declared facts alone. */
  readonly reference: string;
  /** Declares the resources and returns the last one. @param options `parent`, and `dependsOn` the release's hold. */
  declare(options: pulumi.CustomResourceOptions): pulumi.Resource;
}

/** The registration of a release on a site, by the site's kind. */
export function registration(site: SiteConfig, release: SiteRelease): Registration {
  switch (site.kind) {
    case "local":
      return localRegistration(site, release);
  }
}
