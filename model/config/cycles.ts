/** Each ring among names that lead to others, once, from its first name in alphabetical order. */
export function cycles(names: readonly string[], next: (name: string) => readonly string[]): string[][] {
  const done = new Set<string>();
  const rings: string[][] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name);
    if (start >= 0) rings.push(trail.slice(start));
    if (start >= 0 || done.has(name)) return;
    for (const follower of next(name)) visit(follower, [...trail, name]);
    done.add(name);
  };
  names.toSorted().forEach((name) => visit(name, []));
  return rings.map((ring) => rotate(ring));
}

function rotate(ring: readonly string[]): string[] {
  const start = ring.indexOf(ring.toSorted()[0]!);
  return [...ring.slice(start), ...ring.slice(0, start)];
}
