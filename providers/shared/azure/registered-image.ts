import { z } from "zod";

const profileSchema = z.looseObject({
  targetRegions: z.array(z.looseObject({ name: z.string(), regionalReplicaCount: z.number().optional(), storageAccountType: z.string().optional(), excludeFromLatest: z.boolean().optional() })).optional(),
  replicaCount: z.number().optional(),
  endOfLifeDate: z.string().nullish(),
  excludeFromLatest: z.boolean().optional(),
});

const schema = z.object({
  id: z.string(),
  name: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z.object({
    provisioningState: z.string().optional(),
    publishingProfile: profileSchema.optional(),
    replicationStatus: z.object({ summary: z.array(z.object({ region: z.string(), state: z.string(), details: z.string().nullish() })).nullish() }).nullish(),
    hyperVGeneration: z.string().optional(),
    storageProfile: z.object({ osDiskImage: z.object({ sizeInGB: z.number().nullish() }).nullish(), osDisk: z.object({ diskSizeGB: z.number().nullish() }).nullish() }).optional(),
  }),
});

/** What Azure says of a version's regions and life. */
export type PublishingProfile = z.infer<typeof profileSchema>;

/** A region of a version, by its short name: `westeurope`. */
export interface Replica {
  readonly region: string;
  readonly replicas: number;
}

/** A version of an image definition, or a managed image. */
export interface RegisteredImage {
  readonly id: string;
  /** Version, or name of the managed image. */
  readonly name: string;
  /** `Succeeded`, `Creating`, `Updating`, `Failed`, `Deleting`, `Migrating`. */
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
  /** GiB, where Azure says so. */
  readonly size?: number;
  /** Of a managed image. */
  readonly generation?: string;
  /** Of a version. */
  readonly profile?: PublishingProfile;
  readonly regions: readonly Replica[];
  /** How far each region is; empty where that was not asked for. */
  readonly replication: readonly { readonly region: string; readonly state: string; readonly details: string }[];
}

/** @returns undefined where it is no image. */
export function parseRegistered(body: unknown): RegisteredImage | undefined {
  const { data } = schema.safeParse(body);
  if (!data) return undefined;
  const { id, name, tags, properties: { provisioningState, publishingProfile: profile, replicationStatus, hyperVGeneration, storageProfile } } = data;
  const size = storageProfile?.osDiskImage?.sizeInGB ?? storageProfile?.osDisk?.diskSizeGB;
  return {
    id,
    name,
    state: provisioningState ?? "Succeeded",
    tags: tags ?? {},
    ...(size && { size }),
    ...(hyperVGeneration !== undefined && { generation: hyperVGeneration }),
    ...(profile && { profile }),
    regions: (profile?.targetRegions ?? []).map((target) => ({ region: regionName(target.name), replicas: target.regionalReplicaCount ?? profile?.replicaCount ?? 1 })),
    replication: (replicationStatus?.summary ?? []).map(({ region, state, details }) => ({ region: regionName(region), state, details: details ?? "" })),
  };
}

/** Azure answers `West Europe` to who asked for `westeurope`. */
export function regionName(region: string): string {
  return region.toLowerCase().replaceAll(" ", "");
}

/** Azure does not tell names apart by case, and answers in one of its own. */
export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
