import { registeredId } from "#model/azure-ids";
import type { AzureSite } from "#model/config/sites/azure";
import { joinWhere, namesIn, placeIn } from "#providers/page-blob/inputs";
import type { StagingPlace } from "#providers/shared/azure/blob-service";
import type { KeptExpectation } from "#providers/azure-image-check/expectation";

export type RegisteredPlace = StagingPlace & Pick<AzureSite, "gallery">;

export interface AzureCheckInputs {
  /** Site, image, version and format: `azure-main/debian-12@2026.1101.2/vhd`. */
  readonly of: string;
  /** Subscription, resource group, storage account, container and, where there is one, gallery: a line each. */
  readonly where: string;
  readonly expected: KeptExpectation;
}

/** What a later look needs, besides what it is of: that is its id. */
export interface AzureCheckOutputs extends Pick<AzureCheckInputs, "where"> {
  /** Short. */
  readonly expected: KeptExpectation;
  /** `correct`, `incorrect: <each fault>`, `missing` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}

export function joinRegistry({ gallery, ...place }: RegisteredPlace): string {
  return [joinWhere(place), ...(gallery === undefined ? [] : [gallery])].join("\n");
}

/** Id of the version or managed image. */
export function imageIdOf({ of, where }: Pick<AzureCheckInputs, "of" | "where">): string {
  return registeredId({ ...placeIn(where), gallery: where.split("\n")[4] }, namesIn(of));
}
