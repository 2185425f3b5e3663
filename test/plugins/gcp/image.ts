import type { Context, Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import { orGone, type ComputeClient } from "./client.ts";

type Labels = Readonly<Record<string, string>>;

interface ComputeImage {
  readonly name: string;
  readonly labels?: Labels;
  readonly labelFingerprint: string;
  readonly diskSizeGb: string;
  readonly archiveSizeBytes?: string;
  readonly imageEncryptionKey?: { readonly kmsKeyName: string };
  readonly [name: string]: unknown;
}

/** What the resource takes from the answer as it is. */
const same = ["creationTimestamp", "description", "family", "guestOsFeatures", "labelFingerprint", "licenses", "name", "selfLink", "shieldedInstanceInitialState", "storageLocations"];
const fixed = ["description", "diskSizeGb", "family", "guestOsFeatures", "imageEncryptionKey", "licenses", "name", "params", "project", "rawDisk", "shieldedInstanceInitialState", "sourceDisk", "sourceDiskEncryptionKey", "sourceImage", "sourceImageEncryptionKey", "sourceSnapshot", "sourceSnapshotEncryptionKey", "storageLocations"];

/** Only labels and the deletion policy change in place. */
export const image: Kind<ComputeClient> = {
  token: "gcp:compute/image:Image",
  replace: fixed,
  computed: ["deletionPolicy", "diskSizeGb", "guestOsFeatures", "licenses", "project", "shieldedInstanceInitialState", "storageLocations"],
  autoName: "name",
  async create(inputs, { client }) {
    const project = String(inputs.project ?? client.project);
    await client.change("POST", `${project}/global/images`, body(inputs, client));
    const id = `projects/${project}/global/images/${String(inputs.name)}`;
    return { id, state: (await state(id, inputs, client))! };
  },
  async read(id, known, { client }) {
    const found = await state(id, known, client);
    return found && { id, state: found };
  },
  async update(id, inputs, { state: old }, { client }) {
    const path = id.replace(/^projects\//, "");
    const { labels: now = {}, labelFingerprint } = await client.request<ComputeImage>("GET", path);
    const labels = { ...without(now, managed(old)), ...client.labels, ...(inputs.labels as Labels | undefined) };
    await client.change("POST", `${path}/setLabels`, { labels, labelFingerprint });
    return (await state(id, inputs, client))!;
  },
  async delete(id, _state, { client }) {
    await orGone(client.change("DELETE", id.replace(/^projects\//, "")));
  },
};

function body(inputs: Properties, client: ComputeClient): object {
  const { name, description, family, guestOsFeatures, licenses, storageLocations, diskSizeGb, shieldedInstanceInitialState } = inputs;
  const raw = inputs.rawDisk as { source: string; containerType?: string; sha1?: string } | undefined;
  const key = inputs.imageEncryptionKey as { kmsKeySelfLink?: string } | undefined;
  return {
    name, description, family, guestOsFeatures, licenses, storageLocations, diskSizeGb, shieldedInstanceInitialState,
    labels: { ...client.labels, ...(inputs.labels as Labels | undefined) },
    ...(raw && { rawDisk: { source: raw.source, containerType: raw.containerType ?? "TAR", ...(raw.sha1 && { sha1Checksum: raw.sha1 }) } }),
    ...(key && { imageEncryptionKey: { kmsKeyName: key.kmsKeySelfLink } }),
  };
}

/**
 * The answer as the resource's properties. `labels` has those that the program manages, with their values now; what others added
 * is in `effectiveLabels` alone, and an import, of which the program has managed nothing yet, finds no labels
 * (pulumi/pulumi-gcp#3313). The archive is not told of, either.
 */
async function state(id: string, known: Properties, client: Context<ComputeClient>["client"]): Promise<Properties | undefined> {
  const found = await orGone(client.request<ComputeImage>("GET", id.replace(/^projects\//, "")));
  if (!found) return undefined;
  const effective = found.labels ?? {};
  return {
    ...Object.fromEntries(same.map((name) => [name, found[name]])),
    project: id.split("/")[1],
    diskSizeGb: Number(found.diskSizeGb),
    archiveSizeBytes: Number(found.archiveSizeBytes ?? 0),
    deletionPolicy: known.deletionPolicy ?? "DELETE",
    rawDisk: known.rawDisk,
    ...(found.imageEncryptionKey && { imageEncryptionKey: { kmsKeySelfLink: found.imageEncryptionKey.kmsKeyName.replace(/\/cryptoKeyVersions\/.*$/, "") } }),
    labels: only(effective, Object.keys((known.labels as Labels | undefined) ?? {})),
    pulumiLabels: only(effective, [...Object.keys((known.labels as Labels | undefined) ?? {}), ...(Object.keys(known).length ? Object.keys(client.labels) : [])]),
    effectiveLabels: effective,
  };
}

function managed({ pulumiLabels = {}, labels = {} }: Properties): string[] {
  return [...Object.keys(pulumiLabels as Labels), ...Object.keys(labels as Labels)];
}

function only(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}
