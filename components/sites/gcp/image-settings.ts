import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";
import { gcpArchitecture, guestOsFeatures } from "#model/gcp-image";
import type { SealedFormat } from "#components/sites/site";

/** What follows from the image. */
export interface ImageSettings {
  readonly guestOsFeatures: string[];
  readonly architecture: string;
  /** GiB. */
  readonly diskSizeGb: number;
  /** Stands for all that an image cannot change: where it differs, the image is made again. */
  readonly recipe: string;
}

/** Before a build they are not known. @throws FleetError, when it runs, where the site cannot have the image */
export async function imageSettings(site: GcpSite, { os, virtualBytes }: SealedFormat): Promise<pulumi.Output<ImageSettings>> {
  const settings = pulumi.all([os, virtualBytes]).apply(([system, bytes]) => attempt(() => settingsOf(site, system, bytes)));
  if (!pulumi.runtime.isDryRun()) await new Promise<void>((resolve, reject) => settings.apply((one) => ("fault" in one ? reject(one.fault) : resolve())));
  return settings.apply((one) => ("fault" in one ? { guestOsFeatures: [], architecture: "", diskSizeGb: 0, recipe: "" } : one.done));
}

function settingsOf(site: GcpSite, os: pulumi.Unwrap<SealedFormat["os"]>, virtualBytes: number): ImageSettings {
  const { storageLocations, licenses, kmsKey } = site;
  const architecture = gcpArchitecture(os);
  if (architecture !== "X86_64") {
    throw new FleetError({ action: "make an image for ARM64", place: site.name, cause: "the official resource cannot say so, and Compute Engine takes an image that does not for one of x86-64", hint: "leave the site out of the image's sites" });
  }
  const features = guestOsFeatures(site, os);
  const recipe = createHash("sha256").update(JSON.stringify([features, [...storageLocations].sort(), [...licenses].sort(), kmsKey ?? null])).digest("hex").slice(0, 12);
  return { guestOsFeatures: features, architecture, diskSizeGb: Math.ceil(virtualBytes / 2 ** 30), recipe };
}

/** An error in an output would end the program; this one concerns one image on one site. */
function attempt<T>(work: () => T): { readonly done: T } | { readonly fault: FleetError } {
  try {
    return { done: work() };
  } catch (error) {
    if (error instanceof FleetError) return { fault: error };
    throw error;
  }
}
