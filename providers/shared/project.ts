import { isAbsolute, join, resolve } from "node:path";

/** The project's directory: the engine runs the program and the dynamic providers there. */
export function projectDir(): string {
  return process.cwd();
}

/** What the project keeps beside itself, git-ignored: records of running children, logs of failed builds. */
export function workDir(): string {
  return join(projectDir(), ".imagefleet");
}

/** What can be made again: downloads, bootstraps, verified digests. `${XDG_CACHE_HOME:-~/.cache}/imagefleet` */
export { defaultCacheDir as cacheDir } from "#store/verified-cache";

/** The store that is used: IMAGEFLEET_STORE, else as configured, taken from the project's directory. */
export function storeLocation(configured: string): string {
  const location = process.env["IMAGEFLEET_STORE"] || configured;
  return isAbsolute(location) || location.includes("://") ? location : resolve(projectDir(), location);
}
