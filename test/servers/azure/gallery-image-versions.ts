import { ArmError, invalid, notFound } from "./arm-error.ts";
import { parentOf, type ArmState, type Resource, type ResourcePath } from "./arm-state.ts";
import { galleryVersions } from "./gallery-images.ts";
import { regionName, shownRegion } from "./regions.ts";
import { checkTags, onlyKnown, oneOf, unchanged, type Changed, type ResourceBody, type ResourceType } from "./resource-type.ts";

interface TargetRegion {
  readonly name: string;
  readonly regionalReplicaCount?: number;
  readonly storageAccountType?: string;
  readonly excludeFromLatest?: boolean;
  readonly encryption?: object;
}

interface PublishingProfile {
  readonly targetRegions?: readonly TargetRegion[];
  readonly replicaCount?: number;
  /** Null takes it away. */
  readonly endOfLifeDate?: string | null;
  readonly storageAccountType?: string;
  readonly [name: string]: unknown;
}

type Source = { readonly uri?: string; readonly storageAccountId?: string; readonly id?: string };
type Replica = { region: string; state: "Replicating" | "Completed" | "Failed"; details: string; progress: number };

const storageTypes = ["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"];
const publishingNames = ["targetRegions", "replicaCount", "excludeFromLatest", "endOfLifeDate", "publishedDate", "storageAccountType", "replicationMode", "targetExtendedLocations"];
const maxNumber = 2 ** 31 - 1;
const maxReplicas = 100;

/** Versions of the images of a gallery, with their replicas. */
export class GalleryImageVersions implements ResourceType {
  readonly type = "Microsoft.Compute/galleries/images/versions";
  readonly apiVersions = galleryVersions;
  /** How many more replications to a region fail. */
  readonly failing = new Map<string, number>();
  readonly #state: ArmState;
  readonly #readDisk: (source: Source, location: string) => Promise<number>;
  readonly #replicas = new Map<string, Map<string, Replica>>();

  /** @param readDisk bytes of a source's disk; @throws ArmError when there is none. */
  constructor(state: ArmState, readDisk: (source: Source, location: string) => Promise<number>) {
    this.#state = state;
    this.#readDisk = readDisk;
  }

  async put(path: ResourcePath, body: ResourceBody, old: Resource | undefined): Promise<Changed> {
    const definition = parentOf(path.id);
    const name = path.names[2] ?? "";
    if (!this.#state.get(definition)) throw notFound("Microsoft.Compute/galleries/images", path.names.slice(0, 2).join("/"), path.group);
    if (!/^\d+\.\d+\.\d+$/.test(name) || name.split(".").some((part) => Number(part) > maxNumber)) throw invalid("galleryImageVersionName", "The gallery image version name should be of the format MajorVersion.MinorVersion.Patch, of integers.");
    const location = body.location ?? old?.location;
    if (!location) throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
    checkTags(body.tags);
    const properties = { safetyProfile: { allowDeletionOfReplicatedLocations: true }, ...old?.properties, ...body.properties };
    onlyKnown("galleryImageVersion.properties", properties, ["storageProfile", "publishingProfile", "safetyProfile", "securityProfile", "provisioningState", "restore"]);
    const publishingProfile = publishing(location, { ...(old?.properties.publishingProfile as PublishingProfile), ...(body.properties?.publishingProfile as PublishingProfile) });
    const storageProfile = old ? sameDisk(old, body) : await this.#disk(location, body);
    const resource = this.#state.put({ id: path.id, name, type: this.type, location, tags: body.tags ?? old?.tags ?? {}, properties: { ...properties, storageProfile, publishingProfile } });
    return { resource, operation: this.#state.begin(resource, old ? "Updating" : "Creating", this.#replicate(resource)) };
  }

  mayDelete(resource: Resource): void {
    const { blockDeletionBeforeEndOfLife } = resource.properties.safetyProfile as { blockDeletionBeforeEndOfLife?: boolean };
    const { endOfLifeDate } = resource.properties.publishingProfile as PublishingProfile;
    if (blockDeletionBeforeEndOfLife && endOfLifeDate && Date.parse(endOfLifeDate) > Date.now()) throw new ArmError(409, "OperationNotAllowed", `The gallery image version is kept until its end of life: ${endOfLifeDate}.`);
    this.#replicas.delete(resource.id.toLowerCase());
  }

  /** Where it is replicated is told to those who ask. */
  show(resource: Resource, expand: string | null): Resource {
    if (expand?.toLowerCase() !== "replicationstatus") return resource;
    const summary = [...(this.#replicas.get(resource.id.toLowerCase())?.values() ?? [])];
    const has = (state: Replica["state"]): boolean => summary.some((one) => one.state === state);
    const aggregatedState = has("Failed") ? "Failed" : has("Replicating") ? "InProgress" : "Completed";
    return { ...resource, properties: { ...resource.properties, replicationStatus: { aggregatedState, summary } } };
  }

  /** A replica is lost behind everybody's back. */
  loseReplica(id: string, region: string): void {
    const replica = this.#replicas.get(id.toLowerCase())?.get(shownRegion(region));
    if (!replica) throw new Error(`${id} has no replica in ${region}`);
    Object.assign(replica, { state: "Failed", details: "Lost", progress: 0 });
  }

  async #disk(location: string, { properties }: ResourceBody): Promise<object> {
    const profile = (properties?.storageProfile ?? {}) as { source?: Source; osDiskImage?: { source?: Source; hostCaching?: string } };
    onlyKnown("storageProfile", profile, ["source", "osDiskImage", "dataDiskImages"]);
    const source = profile.source ?? profile.osDiskImage?.source;
    if (!source || (profile.source && profile.osDiskImage?.source)) throw invalid("galleryImageVersion.properties.storageProfile", "Exactly one of source and osDiskImage.source must be given.");
    const bytes = await this.#readDisk(source, location);
    return { ...profile, osDiskImage: { hostCaching: "None", ...profile.osDiskImage, sizeInGB: Math.ceil(bytes / 2 ** 30) } };
  }

  #replicate(resource: Resource): () => void {
    const { targetRegions = [] } = resource.properties.publishingProfile as PublishingProfile;
    const before = this.#replicas.get(resource.id.toLowerCase());
    const replicas = new Map(targetRegions.map(({ name }) => [name, before?.get(name)?.state === "Completed" ? before.get(name)! : { region: name, state: "Replicating", details: "", progress: 0 } satisfies Replica as Replica]));
    this.#replicas.set(resource.id.toLowerCase(), replicas);
    return () => {
      const failed: string[] = [];
      for (const replica of [...replicas.values()].filter(({ state }) => state === "Replicating")) {
        const left = this.failing.get(regionName(replica.region)) ?? 0;
        this.failing.set(regionName(replica.region), Math.max(0, left - 1));
        Object.assign(replica, left > 0 ? { state: "Failed", details: "The replication job failed." } : { state: "Completed", progress: 100 });
        if (left > 0) failed.push(replica.region);
      }
      if (failed.length) throw new ArmError(409, "ReplicationJobsNotCompleted", `The replication jobs of ${resource.id} have not completed in: ${failed.join(", ")}.`);
    };
  }
}

function sameDisk(old: Resource, { properties }: ResourceBody): unknown {
  const [before, now] = [old.properties.storageProfile, properties?.storageProfile ?? {}] as Record<string, Record<string, unknown> | undefined>[];
  unchanged("galleryImageVersion.storageProfile", before ?? {}, { source: now?.source }, ["source"]);
  unchanged("galleryImageVersion.storageProfile.osDiskImage", before?.osDiskImage ?? {}, { source: now?.osDiskImage?.source }, ["source"]);
  return before;
}

function publishing(location: string, profile: PublishingProfile): PublishingProfile {
  onlyKnown("publishingProfile", profile, publishingNames);
  const replicas = profile.replicaCount ?? 1;
  const storageAccountType = profile.storageAccountType ?? "Standard_LRS";
  oneOf("publishingProfile.storageAccountType", storageAccountType, storageTypes);
  const regions: readonly TargetRegion[] = profile.targetRegions?.length ? profile.targetRegions : [{ name: location }];
  const targetRegions = regions.map((region) => {
    onlyKnown("targetRegions", { ...region }, ["name", "regionalReplicaCount", "storageAccountType", "excludeFromLatest", "encryption", "additionalReplicaSets"]);
    const count = region.regionalReplicaCount ?? replicas;
    if (!Number.isInteger(count) || count < 1 || count > maxReplicas) throw invalid("regionalReplicaCount", `The replica count ${count} is not from 1 to ${maxReplicas}.`);
    return { storageAccountType, excludeFromLatest: false, ...region, name: shownRegion(region.name), regionalReplicaCount: count };
  });
  const names = targetRegions.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid("targetRegions", "The target regions have duplicates.");
  if (!names.includes(shownRegion(location))) throw invalid("galleryImageVersion.properties.publishingProfile.targetRegions", `The target regions must contain the location of the version: ${location}.`);
  if (typeof profile.endOfLifeDate === "string" && Number.isNaN(Date.parse(profile.endOfLifeDate))) throw invalid("endOfLifeDate", "It is no date.");
  const endOfLifeDate = profile.endOfLifeDate ? new Date(profile.endOfLifeDate).toISOString().replace(".000Z", "+00:00") : undefined;
  return { excludeFromLatest: false, replicationMode: "Full", publishedDate: new Date().toISOString(), ...profile, replicaCount: replicas, storageAccountType, targetRegions, endOfLifeDate };
}
