import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { FormatWriter } from "#providers/disk-format/format-writer";
import { writeFully } from "#providers/disk-format/hashed-output";
import { containerBase } from "#providers/disk-format/layer/layer-content";
import { checkLayer, compared, packLayer, type PackedLayer } from "#providers/disk-format/layer/packed-layer";
import { ociDocuments, type OciDocuments } from "#providers/disk-format/oci/oci-documents";
import { archiveEnd, blockBytes, paddingOf, ustarHeader } from "#providers/disk-format/tar/tar-header";

const layoutVersion = Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" }));

/**
 * An OCI image layout in one tar file (`oci-archive:` of skopeo and podman): the image's files in one layer, without the kernel,
 * its modules and /boot, as a base image of containers is expected to be.
 */
export const oci: FormatWriter = {
  kind: "oci",
  needs: [],
  extraBytes: ({ map }) => map.dataBytes,
  async write(job) {
    const handle = await open(join(job.dir, job.artifact), "wx");
    try {
      const layer = await packLayer(job, containerBase, handle, blockBytes);
      const tree = await job.tree();
      const documents = ociDocuments({ build: job.build, layer, shell: shellOf(tree), description: await descriptionOf(tree) });
      await writeAround(handle, layer, documents);
      await checkLayer(job, containerBase, layer);
      return { readable: compared, facts: { manifestDigest: documents.manifestDigest, configDigest: documents.configDigest, layerDigest: `sha256:${layer.sha256}`, unpackedBytes: layer.plainBytes } };
    } finally {
      await handle.close();
    }
  },
};

/** The layer is written first, at its final place: its header and all that names its digest come when that is known. */
async function writeAround(handle: FileHandle, { offset, bytes, sha256 }: PackedLayer, { config, configDigest, manifest, manifestDigest, index }: OciDocuments): Promise<void> {
  const blob = (digest: string): string => `blobs/${digest.replace(":", "/")}`;
  const member = (name: string, content: Buffer): Buffer[] => [ustarHeader({ name, bytes: content.length }), content, paddingOf(content.length)];
  await writeFully(handle, ustarHeader({ name: blob(`sha256:${sha256}`), bytes }), offset - blockBytes);
  const rest = [...member(blob(configDigest), config), ...member(blob(manifestDigest), manifest), ...member("index.json", index), ...member("oci-layout", layoutVersion)];
  await writeFully(handle, Buffer.concat([paddingOf(bytes), ...rest, archiveEnd]), offset + bytes);
}

function shellOf(tree: FileTree): string {
  return tree.resolve("/bin/bash")?.type === "file" ? "/bin/bash" : "/bin/sh";
}

async function descriptionOf(tree: FileTree): Promise<string | undefined> {
  return parseEnv((await tree.text("/etc/os-release")) ?? "")["PRETTY_NAME"];
}
