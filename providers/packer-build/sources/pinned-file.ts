import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import { VerifiedCache } from "#store/verified-cache";
import { errorCode, ifPresent } from "#store/errors";
import { withLock } from "#providers/packer-build/sources/cache-lock";
import { download, wrongDigest } from "#providers/packer-build/sources/download";
import { noteDigest } from "#providers/packer-build/sources/note-digest";
import { quarantine } from "#providers/packer-build/sources/quarantine";
import { shownPlace, sourcePlace } from "#providers/packer-build/sources/source-place";
import type { SourceRequest } from "#providers/packer-build/sources/source-request";

/**
 * A file that is exactly the one with the given digest: a local one where it is, a remote one in the cache.
 * @returns its real path, verified just now.
 */
export async function pinnedFile(url: string, sha256: string, request: SourceRequest): Promise<string> {
  const action = `prepare the source of ${request.image}`;
  const place = sourcePlace(url, action);
  if (place.kind === "file") return localFile(place.path, sha256, action, request);
  const dir = join(request.cacheDir, "sources");
  const path = join(dir, sha256);
  await mkdir(dir, { recursive: true });
  const onWait = (holder: string) => request.progress(`waiting for ${holder}, which downloads ${shownPlace(place)}`);
  return withLock(`${path}.lock`, { signal: request.signal, onWait }, async () => {
    if (await isCached(path, sha256, request)) return path;
    await download({ url: place.url, sha256, path, action, progress: request.progress, signal: request.signal, limits: request.limits });
    await noteDigest(request.cacheDir, path, sha256);
    return path;
  });
}

async function localFile(path: string, sha256: string, action: string, request: SourceRequest): Promise<string> {
  const real = await realpath(path).catch((error: unknown) => {
    throw new FleetError({ action, place: path, cause: errorCode(error) === "ENOENT" ? "there is no such file" : (error as Error).message, hint: "check the path in the OS facts" }, { cause: error });
  });
  if (!(await stat(real)).isFile()) throw new FleetError({ action, place: path, cause: "it is not a regular file", hint: "check the path in the OS facts" });
  const { sha256: found } = await verifier(request, path).digest(real);
  if (found !== sha256) throw wrongDigest(action, path, found, sha256, "it was left as it is");
  return real;
}

async function isCached(path: string, sha256: string, request: SourceRequest): Promise<boolean> {
  if (!(await ifPresent(lstat(path)))) return false;
  const { sha256: found } = await verifier(request, path).digest(path);
  if (found === sha256) return true;
  request.progress(`${path} is damaged: moved to ${await quarantine(request.cacheDir, path)}; downloading it again`);
  return false;
}

function verifier({ cacheDir, progress }: SourceRequest, shown: string): VerifiedCache {
  return new VerifiedCache(cacheDir, ({ bytes, total }) => progress(`verifying ${shown}: ${prettyBytes(bytes)} of ${prettyBytes(total)}`));
}
