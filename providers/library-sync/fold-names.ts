/**
 * Names of items as one text that stays slim in the state and can still be read: `debian-12-{2026.1015.1,2026.1101.2}
 * rocky-9-2026.1101.1`. Sorted, each once; a version has no dash, so it is what follows the last one.
 */
export function foldNames(names: readonly string[]): string {
  const groups = Map.groupBy([...new Set(names)].sort(), (name) => name.slice(0, name.lastIndexOf("-") + 1));
  return [...groups].map(([image, members]) => image + folded(members.map((name) => name.slice(image.length)))).join(" ");
}

/** The names that a text made by `foldNames` holds. */
export function unfoldNames(text: string): string[] {
  return text.split(" ").filter((word) => word !== "").flatMap((word) => {
    const [, image, versions] = /^(.*)\{(.*)\}$/.exec(word) ?? [];
    return image === undefined || versions === undefined ? [word] : versions.split(",").map((version) => image + version);
  });
}

function folded(versions: readonly string[]): string {
  return versions.length === 1 ? versions.join() : `{${versions.join()}}`;
}
