import { createHash } from "node:crypto";
import type { BuildRecord } from "#model/release";
import type { PackedLayer } from "#providers/disk-format/layer/packed-layer";

/** What describes the one layer of an image, as OCI's image specification 1.1 has it. */
export interface OciDocuments {
  readonly config: Buffer;
  readonly configDigest: string;
  readonly manifest: Buffer;
  readonly manifestDigest: string;
  readonly index: Buffer;
}

export interface OciSubject {
  readonly build: BuildRecord;
  readonly layer: PackedLayer;
  /** The shell that a container starts with, as the image has it. */
  readonly shell: string;
  /** `PRETTY_NAME` of the image's os-release, where it has one. */
  readonly description?: string;
}

const types = {
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  config: "application/vnd.oci.image.config.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
};
const architectures: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm", i686: "386" };
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Describes an image by its release: nothing in it depends on when or where it is written. */
export function ociDocuments({ build, layer, shell, description }: OciSubject): OciDocuments {
  const created = `${build.epoch}T00:00:00Z`;
  const labels = {
    "org.opencontainers.image.created": created, "org.opencontainers.image.title": build.image, "org.opencontainers.image.version": build.version,
    ...(description && { "org.opencontainers.image.description": description }), ...(build.team && { "org.opencontainers.image.vendor": build.team }),
  };
  const config = json({
    created, architecture: architecture(build), os: "linux", config: { Env: [path], Cmd: [shell], Labels: labels },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer.plainSha256}`] }, history: [{ created, created_by: `imagefleet, build key ${build.key}` }],
  });
  const configDigest = digest(config);
  const manifest = json({
    schemaVersion: 2, mediaType: types.manifest, config: { mediaType: types.config, digest: configDigest, size: config.length },
    layers: [{ mediaType: types.layer, digest: `sha256:${layer.sha256}`, size: layer.bytes }], annotations: labels,
  });
  const manifestDigest = digest(manifest);
  const index = json({
    schemaVersion: 2, mediaType: types.index,
    manifests: [{ mediaType: types.manifest, digest: manifestDigest, size: manifest.length, platform: { architecture: architecture(build), os: "linux" }, annotations: { "org.opencontainers.image.ref.name": build.version } }],
  });
  return { config, configDigest, manifest, manifestDigest, index };
}

/** Go's name of the processor. A build that does not say is of the one kind that there was. */
export function architecture({ os }: BuildRecord): string {
  const arch = os?.arch ?? "x86_64";
  return architectures[arch] ?? arch;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
