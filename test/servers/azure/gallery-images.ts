import { ArmError, invalid, notFound } from "./arm-error.ts";
import { parentOf, type ArmState, type Resource, type ResourcePath } from "./arm-state.ts";
import { checkTags, oneOf, onlyKnown, unchanged, type Changed, type ResourceBody, type ResourceType } from "./resource-type.ts";
import { shownRegion } from "./regions.ts";

export const galleryVersions = ["2021-07-01", "2021-10-01", "2022-01-03", "2022-03-03", "2022-08-03", "2023-07-03", "2024-03-03", "2025-03-03"];

const namePattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9])?$/;
const fixed = ["osType", "osState", "hyperVGeneration", "identifier", "architecture", "features"];
const known = [...fixed, "description", "eula", "privacyStatementUri", "releaseNoteUri", "endOfLifeDate", "recommended", "disallowed", "purchasePlan", "provisioningState", "allowUpdateImage"];
const securityTypes = ["None", "TrustedLaunch", "TrustedLaunchSupported", "TrustedLaunchAndConfidentialVmSupported", "ConfidentialVM", "ConfidentialVmSupported"];

/** Definitions of images in a gallery. */
export class GalleryImages implements ResourceType {
  readonly type = "Microsoft.Compute/galleries/images";
  readonly apiVersions = galleryVersions;
  readonly #state: ArmState;

  constructor(state: ArmState) {
    this.#state = state;
  }

  async put(path: ResourcePath, body: ResourceBody, old: Resource | undefined): Promise<Changed> {
    const gallery = parentOf(path.id);
    const name = path.names[1] ?? "";
    if (!this.#state.get(gallery)) throw notFound("Microsoft.Compute/galleries", path.names[0] ?? "", path.group);
    if (!namePattern.test(name)) throw invalid("galleryImageName", `The entity name 'galleryImageName' is invalid according to its validation rule: ${namePattern.source}.`);
    const location = body.location ?? old?.location;
    if (!location) throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
    shownRegion(location);
    checkTags(body.tags);
    const properties = { hyperVGeneration: "V1", architecture: "x64", ...old?.properties, ...body.properties };
    this.#validate(gallery, path.id, properties);
    if (old) unchanged("galleryImage", old.properties, body.properties ?? {}, fixed);
    if (old?.location && old.location !== location) throw new ArmError(409, "InvalidResourceLocation", `The resource '${name}' already exists in location '${old.location}'.`);
    const resource = this.#state.put({ id: path.id, name, type: this.type, location, tags: body.tags ?? old?.tags ?? {}, properties });
    return { resource, operation: this.#state.begin(resource, old ? "Updating" : "Creating", () => {}) };
  }

  mayDelete(resource: Resource): void {
    if (this.#state.list(resource.id, `${this.type}/versions`).length) throw new ArmError(409, "CannotDeleteResource", `Can not delete resource before nested resources are deleted: ${resource.id}`);
  }

  #validate(gallery: string, id: string, properties: Record<string, unknown>): void {
    onlyKnown("galleryImage.properties", properties, known);
    oneOf("osType", properties.osType, ["Linux", "Windows"]);
    oneOf("osState", properties.osState, ["Generalized", "Specialized"]);
    oneOf("hyperVGeneration", properties.hyperVGeneration, ["V1", "V2"]);
    oneOf("architecture", properties.architecture, ["x64", "Arm64"]);
    const identifier = (properties.identifier ?? {}) as Record<string, string | undefined>;
    for (const part of ["publisher", "offer", "sku"]) if (!identifier[part]) throw invalid(`identifier.${part}`, `Required parameter 'identifier.${part}' is missing (null).`);
    const features = (properties.features ?? []) as { name?: string; value?: string }[];
    for (const { name, value } of features) if (name === "SecurityType") oneOf("features.SecurityType", value, securityTypes);
    if (properties.hyperVGeneration === "V1" && features.some(({ name, value }) => name === "SecurityType" && value !== "None")) throw invalid("features", "The security type is supported on HyperVGeneration V2 images only.");
    const same = (other: Resource): boolean => ["publisher", "offer", "sku"].every((part) => (other.properties.identifier as Record<string, string>)[part]?.toLowerCase() === identifier[part]?.toLowerCase());
    const taken = this.#state.list(gallery, this.type).find((other) => other.id.toLowerCase() !== id.toLowerCase() && same(other));
    if (taken) throw new ArmError(409, "Conflict", `The gallery image identifier is used by '${taken.id}'.`);
  }
}
