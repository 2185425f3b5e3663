import { bootstrapDisk } from "#providers/packer-build/sources/bootstrap";
import { pinnedFile } from "#providers/packer-build/sources/pinned-file";
import { checkDisk } from "#providers/packer-build/sources/source-disk";
import { checkSource } from "#providers/packer-build/sources/source-facts";
import type { PreparedSource, SourceRequest } from "#providers/packer-build/sources/source-request";
import { verifySignature } from "#providers/packer-build/sources/verify-signature";

export type { PreparedSource, SourceRequest } from "#providers/packer-build/sources/source-request";

/**
 * Brings what an image is built from to this machine and proves that it is the right thing. Nothing unverified is ever
 * returned: a wrong digest, signature or disk ends the build before it starts.
 * @throws FleetError, or the signal's reason when it was aborted.
 */
export async function prepareSource(request: SourceRequest): Promise<PreparedSource> {
  request.signal.throwIfAborted();
  const source = checkSource(request.source, request.image);
  switch (source.kind) {
    case "bootstrap":
      return bootstrapDisk(source, request);
    case "iso": {
      const path = await pinnedFile(source.url, source.sha256, request);
      if (source.gpg) await verifySignature(path, source.sha256, source.gpg, request);
      return { path, sha256: source.sha256, format: "iso" };
    }
    case "disk": {
      const path = await pinnedFile(source.url, source.sha256, request);
      await checkDisk(path, source.format, path, `prepare the source of ${request.image}`, request.registry, request.signal);
      return { path, sha256: source.sha256, format: source.format };
    }
  }
}
