import { z } from "zod";

const schema = z.looseObject({
  id: z.coerce.string(),
  name: z.string(),
  selfLink: z.string().default(""),
  family: z.string().default(""),
  status: z.enum(["PENDING", "READY", "FAILED", "DELETING"]).catch("PENDING"),
  description: z.string().default(""),
  labels: z.record(z.string(), z.string()).default({}),
  labelFingerprint: z.string().default(""),
  architecture: z.string().default(""),
  guestOsFeatures: z.array(z.looseObject({ type: z.string() })).default([]),
  licenses: z.array(z.string()).default([]),
  storageLocations: z.array(z.string()).default([]),
  archiveSizeBytes: z.coerce.string().default(""),
  diskSizeGb: z.coerce.number().default(0),
  deprecated: z.looseObject({ state: z.string().default("ACTIVE"), replacement: z.string().default("") }).optional(),
  imageEncryptionKey: z.looseObject({ kmsKeyName: z.string().default("") }).optional(),
});

/** An image as Compute Engine knows it. */
export interface ComputeImage extends Pick<z.infer<typeof schema>, "id" | "name" | "selfLink" | "family" | "status" | "description" | "labels" | "labelFingerprint" | "diskSizeGb"> {
  /** `X86_64`, `ARM64`; empty where it was not said. */
  readonly architecture: string;
  /** Sorted. */
  readonly guestOsFeatures: readonly string[];
  /** `projects/…/global/licenses/…`, sorted. */
  readonly licenses: readonly string[];
  readonly storageLocations: readonly string[];
  /** `ACTIVE`, `DEPRECATED`, `OBSOLETE`, `DELETED`. */
  readonly deprecation: string;
  /** URL of the image that stands for it since it is deprecated; empty: none. */
  readonly replacement: string;
  /** Name of its key without the version; empty: Google's own. */
  readonly kmsKey: string;
  /** Differs from that of any other image that has or had the name. */
  readonly identity: string;
}

/** @throws ZodError where it is no image. */
export function computeImage(body: unknown): ComputeImage {
  const { guestOsFeatures, licenses, deprecated, imageEncryptionKey, archiveSizeBytes, ...image } = schema.parse(body);
  const { id, name, selfLink, family, status, description, labels, labelFingerprint, architecture, diskSizeGb } = image;
  return {
    id, name, selfLink, family, status, description, labels, labelFingerprint, architecture, diskSizeGb,
    guestOsFeatures: guestOsFeatures.map(({ type }) => type).sort(),
    licenses: licenses.map(licensePath).sort(),
    storageLocations: image.storageLocations.map((place) => place.toLowerCase()).sort(),
    deprecation: deprecated?.state || "ACTIVE",
    replacement: deprecated?.replacement ?? "",
    kmsKey: imageEncryptionKey?.kmsKeyName.replace(/\/cryptoKeyVersions\/.*$/, "") ?? "",
    identity: `${id} ${archiveSizeBytes}`,
  };
}

/** One licence has several URLs. */
export function licensePath(url: string): string {
  return url.replace(/^.*\/(projects\/[^/]+\/global\/licenses\/[^/]+)$/, "$1");
}
