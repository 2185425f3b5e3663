import { posix } from "node:path";

/**
 * Target for a copied link that never leads out of the copy: absolute targets become relative to the copy's root, and a way
 * up ends there, as it does in the image. Otherwise a program that reads the copy would follow `/etc/shadow` to the builder's own.
 *
 * Ways up stand only at the beginning of what is returned, and are no more than the link is deep: so no chain of such links
 * climbs out either.
 */
export function containedTarget(path: string, target: string): string {
  const directory = posix.dirname(path);
  return posix.relative(directory, posix.resolve("/", directory, target)) || ".";
}
