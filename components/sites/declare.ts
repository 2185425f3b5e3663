import type * as pulumi from "@pulumi/pulumi";
import type { SiteConfig } from "#model/config/types";
import type { ReleaseId } from "#model/release";
import { declareLocal } from "#components/sites/local";

/** A release as a site needs it: names from the plan, digest and size from the ledger or the build. */
export interface SiteRelease extends ReleaseId {
  readonly key: string;
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
}

/** Declares what registers a release on a site, by the site's kind. @returns the reference that consumers use. */
export function declareSite(site: SiteConfig, release: SiteRelease, options: pulumi.CustomResourceOptions): string {
  switch (site.kind) {
    case "local":
      return declareLocal(site, release, options);
  }
}
