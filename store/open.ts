import { isAbsolute, resolve } from "node:path";
import { DirectoryStore } from "./directory.ts";
import type { DigestProgress } from "./digest.ts";
import { StoreError } from "./errors.ts";
import { Layout } from "./layout.ts";
import type { Store } from "./store.ts";
import { defaultCacheDir, VerifiedCache } from "./verified-cache.ts";

export interface StoreOptions {
  /** Where this machine remembers what it has verified. @default `${XDG_CACHE_HOME:-~/.cache}/imagefleet` */
  readonly cacheDir?: string;
  /** Hears twice a second how far the reading of a large file is, in `open`, `verify` and `commit`. */
  readonly onDigest?: (progress: DigestProgress) => void;
}

/**
 * Opens the store at an absolute path. Nothing is read or made yet: a store that is not there is empty, and its first
 * writer makes it.
 */
export function openStore(location: string, { cacheDir = defaultCacheDir(), onDigest }: StoreOptions = {}): Store {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1];
  if (scheme) {
    throw new StoreError({
      action: "open the store",
      // A URL may carry credentials: they must not reach a log.
      place: `${scheme}://...`,
      cause: `only directories are supported so far, not ${scheme} URLs`,
      hint: "set imagefleet:store to a directory, on a shared file system if several machines use it",
    });
  }
  if (!isAbsolute(location)) {
    throw new StoreError({ action: "open the store", place: location, cause: "its path is not absolute", hint: "resolve imagefleet:store against the project's directory first" });
  }
  return new DirectoryStore({ layout: new Layout(resolve(location)), verified: new VerifiedCache(cacheDir, onDigest) });
}
