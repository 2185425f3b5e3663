/**
 * Names of items as one text that stays slim in the state and can still be read: `debian-12-2026.{1015.1,1101.2}
 * rocky-9-2026.1101.1`. Sorted, each once; a version has no dash, so it is what follows the last one.
 */
export function foldNames(names: readonly string[]): string {
  const groups = Map.groupBy([...new Set(names)].sort(), (name) => name.slice(0, name.lastIndexOf("-") + 1));
  return [...groups.values()].map(folded).join(" ");
}

/** The names that a text made by `foldNames` holds. */
export function unfoldNames(text: string): string[] {
  return text.split(" ").filter((word) => word !== "").flatMap((word) => {
    const [, shared, rests] = /^(.*)\{(.*)\}$/.exec(word) ?? [];
    return shared === undefined || rests === undefined ? [word] : rests.split(",").map((rest) => shared + rest);
  });
}

/** Names of one image, sorted: what the first and the last begin with, all do. */
function folded(names: readonly string[]): string {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  if (first === last) return first;
  const differ = [...first].findIndex((letter, index) => letter !== last[index]);
  const shared = first.slice(0, differ === -1 ? undefined : differ).replace(/[^-.]*$/, "");
  return `${shared}{${names.map((name) => name.slice(shared.length)).join()}}`;
}
