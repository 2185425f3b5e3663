import type * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "#fleet/load-fleet";
import type { SiteConfig } from "#model/config/types";
import type { Format } from "#model/format";
import type { BuildRecord, ReleaseId } from "#model/release";

/** One sealed format of a release as a site needs it: names from the plan, digests and facts from the ledger or this run's build. */
export interface SealedFormat extends ReleaseId {
  readonly key: string;
  readonly format: Format;
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
  /** Bytes of the disk as its guest sees it. */
  readonly virtualBytes: pulumi.Input<number>;
  /** What the image is, where its build says so. */
  readonly os: pulumi.Input<BuildRecord["os"]>;
  /** The set of gates whose evidence stands for the release. */
  readonly gateSet: string;
}

export interface RegisterOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
  /** A newer release of the image is registered on the site: this one stays for those who name it. */
  readonly superseded: boolean;
  /** It is revoked: nobody is to get it. */
  readonly withdrawn?: boolean;
}

/** What the run found before anything is declared, as sites need it. */
export type SiteWorld = Pick<Fleet, "project" | "stack" | "found" | "unreachable" | "artifact" | "config">;

/** A site of the stack, made once: it declares what its registrations share when the first of them needs it. */
export interface Site {
  readonly config: SiteConfig;
  /** What consumers use, from declared facts alone. */
  reference(release: Pick<SealedFormat, "image" | "version" | "format">): string;
  /** Declares a format of a release on the site. @returns whether all of it succeeded. */
  register(release: SealedFormat, options: RegisterOptions): Promise<boolean>;
  /**
   * Declares a revoked release as far as it stays on the site, withdrawn: neither shared nor checked. Absent: it stays there not at all.
   * @returns what holds its bytes; undefined where something failed.
   */
  keep?(release: SealedFormat, options: RegisterOptions): Promise<readonly pulumi.Resource[] | undefined>;
  /** Declares what follows all registrations, such as the sync of subscribers. */
  finish?(): Promise<void>;
}

/** Of a registration: `laptop/debian-12@2026.1101.2/qcow2`. */
export function registrationName(site: string, { image, version, format }: Pick<SealedFormat, "image" | "version" | "format">): string {
  return `${site}/${image}@${version}/${format.name}`;
}
