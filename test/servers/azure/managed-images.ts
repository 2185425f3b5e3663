import { ArmError, invalid } from "./arm-error.ts";
import type { ArmState, Resource, ResourcePath } from "./arm-state.ts";
import { shownRegion } from "./regions.ts";
import { checkTags, oneOf, onlyKnown, unchanged, type Changed, type ResourceBody, type ResourceType } from "./resource-type.ts";

interface OsDisk {
  readonly osType?: string;
  readonly osState?: string;
  readonly blobUri?: string;
  readonly storageAccountType?: string;
  readonly caching?: string;
  readonly diskSizeGB?: number;
}

const namePattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/;

/** Images of a resource group, outside galleries. */
export class ManagedImages implements ResourceType {
  readonly type = "Microsoft.Compute/images";
  readonly apiVersions = ["2021-07-01", "2021-11-01", "2022-03-01", "2022-08-01", "2022-11-01", "2023-03-01", "2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01", "2025-04-01"];
  readonly #state: ArmState;
  readonly #readDisk: (source: { uri?: string }, location: string) => Promise<number>;

  constructor(state: ArmState, readDisk: (source: { uri?: string }, location: string) => Promise<number>) {
    this.#state = state;
    this.#readDisk = readDisk;
  }

  async put(path: ResourcePath, body: ResourceBody, old: Resource | undefined): Promise<Changed> {
    const name = path.names[0] ?? "";
    if (!namePattern.test(name)) throw invalid("imageName", `The entity name 'imageName' is invalid according to its validation rule: ${namePattern.source}.`);
    const location = body.location ?? old?.location;
    if (!location) throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
    shownRegion(location);
    checkTags(body.tags);
    const properties = { hyperVGeneration: "V1", ...old?.properties, ...body.properties };
    onlyKnown("image.properties", properties, ["storageProfile", "hyperVGeneration", "sourceVirtualMachine", "provisioningState", "extendedLocation"]);
    oneOf("hyperVGeneration", properties.hyperVGeneration, ["V1", "V2"]);
    if (old) unchanged("image", old.properties, body.properties ?? {}, ["hyperVGeneration", "sourceVirtualMachine"]);
    const storageProfile = old ? sameDisk(old, body) : { zoneResilient: false, dataDisks: [], ...(body.properties?.storageProfile as object), osDisk: await this.#disk(location, body) };
    const resource = this.#state.put({ id: path.id, name, type: this.type, location, tags: body.tags ?? old?.tags ?? {}, properties: { ...properties, storageProfile } });
    return { resource, operation: this.#state.begin(resource, old ? "Updating" : "Creating", () => {}) };
  }

  async #disk(location: string, { properties }: ResourceBody): Promise<OsDisk> {
    const osDisk = (properties?.storageProfile as { osDisk?: OsDisk } | undefined)?.osDisk;
    if (!osDisk) throw invalid("storageProfile.osDisk", "Required parameter 'image.storageProfile.osDisk' is missing (null).");
    oneOf("osDisk.osType", osDisk.osType, ["Linux", "Windows"]);
    oneOf("osDisk.osState", osDisk.osState, ["Generalized", "Specialized"]);
    const bytes = await this.#readDisk({ uri: osDisk.blobUri }, location);
    return { caching: "None", storageAccountType: "Standard_LRS", diskSizeGB: Math.ceil(bytes / 2 ** 30), ...osDisk };
  }
}

function sameDisk(old: Resource, { properties }: ResourceBody): unknown {
  const [before, now] = [old.properties.storageProfile, properties?.storageProfile ?? {}] as { osDisk?: Record<string, unknown> }[];
  unchanged("image.storageProfile.osDisk", before?.osDisk ?? {}, now?.osDisk ?? {}, ["blobUri", "osType", "osState", "diskSizeGB"]);
  return before;
}
