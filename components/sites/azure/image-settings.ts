import * as pulumi from "@pulumi/pulumi";
import { azureArchitecture, hyperVGeneration, securityFeatures } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import type { SealedFormat } from "#components/sites/site";

/** What follows from the image. */
export interface ImageSettings {
  readonly generation: string;
  readonly architecture: string;
  /** Of its definition, where the site has a gallery. */
  readonly features: { readonly name: string; readonly value: string }[];
  /** GiB. */
  readonly size: number;
}

/** Before a build they are not known. @throws FleetError, when it runs, where the site cannot have the image */
export async function imageSettings(site: AzureSite, { os, virtualBytes }: SealedFormat): Promise<pulumi.Output<ImageSettings>> {
  const all = pulumi.all([os, virtualBytes]).apply(([system, bytes]): { settings: ImageSettings; fault?: FleetError } => {
    const settings = { generation: hyperVGeneration(system), architecture: azureArchitecture(system), features: [], size: Math.ceil(bytes / 2 ** 30) };
    if (site.gallery === undefined) return { settings };
    try {
      return { settings: { ...settings, features: securityFeatures(site, system) } };
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return { settings, fault: error }; // an error in an output would end the program
    }
  });
  if (!pulumi.runtime.isDryRun()) await new Promise<void>((resolve, reject) => all.apply(({ fault }) => (fault ? reject(fault) : resolve())));
  return all.apply(({ settings }) => settings);
}
