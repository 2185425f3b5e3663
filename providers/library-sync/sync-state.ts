import type { Difference } from "#providers/library-sync/compare-libraries";

const kinds = ["incorrect", "missing", "unexpected"] as const;

/** More of a kind are all repaired alike; the state stays slim. */
const shown = 4;

/** What the state says of the differences: `correct`, or `incorrect: ...; missing: ...; unexpected: ...`. */
export function stateText(differences: readonly Difference[]): string {
  const parts = kinds.map((kind) => kindText(kind, differences.filter((one) => one.kind === kind))).filter((text) => text !== undefined);
  return parts.length === 0 ? "correct" : parts.join("; ");
}

function kindText(kind: string, differences: readonly Difference[]): string | undefined {
  if (differences.length === 0) return undefined;
  const named = differences.slice(0, shown).map(({ name, why }) => (why === undefined ? name : `${name} (${why})`));
  const more = differences.length - named.length;
  return `${kind}: ${[...named, ...(more > 0 ? [`and ${more} more`] : [])].join(", ")}`;
}
