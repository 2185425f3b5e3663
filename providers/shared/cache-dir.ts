import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The user's cache for this project: `${XDG_CACHE_HOME:-~/.cache}/imagefleet`. Everything in it can be made again. */
export function cacheDirectory(): string {
  const base = process.env["XDG_CACHE_HOME"];
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "imagefleet");
}
