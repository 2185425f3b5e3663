import { normalize, relative } from "node:path/posix";

/** Whether two directories, both relative to one place or both absolute, are one or one contains the other. */
export function overlap(one: string, other: string): boolean {
  if (one.startsWith("/") !== other.startsWith("/")) return false;
  return within(one, other) || within(other, one);
}

function within(inner: string, outer: string): boolean {
  const way = relative(`/${normalize(outer)}`, `/${normalize(inner)}`);
  return way === "" || !(way === ".." || way.startsWith("../"));
}
