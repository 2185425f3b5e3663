import type { Image } from "#providers/inspection/hygiene/image";

/** Which of these paths belong to a Debian package. undefined: the image has no list of its packages' files that we read. */
export async function packagedOf(image: Image, paths: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const lists = image.find("/var/lib/dpkg/info/*.list");
  if (lists.length === 0) return undefined;
  // A merged /usr shows /bin/su at /usr/bin/su, and packages may know either.
  const wanted = new Map(paths.flatMap((path) => [[path, path], [path.replace(/^\/usr\//, "/"), path]] as const));
  const packaged = new Set<string>();
  for (const { path } of lists) {
    for (const line of (await image.text(path)).split("\n")) {
      const known = wanted.get(line);
      if (known !== undefined) packaged.add(known);
    }
  }
  return packaged;
}
