/** Characters of all texts together: a state stays slim. */
const longest = 500;

/** The first texts, as far as they fit, and how many more there are. */
export function slim(texts: readonly string[]): string[] {
  let length = 0;
  const kept = texts.filter((text) => (length += text.length) <= longest);
  return kept.length === texts.length ? kept : [...kept, `and ${texts.length - kept.length} more`];
}
