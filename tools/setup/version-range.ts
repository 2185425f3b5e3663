/** Versions that fit: from `from` on, below `below`. */
export interface VersionRange {
  readonly from: string;
  readonly below: string;
}

/** Is a version such as `v3.259.0` or `3.260.0-alpha.1` in the range? A pre-release counts as what it precedes. */
export function fits(version: string, { from, below }: VersionRange): boolean {
  return compare(version, from) >= 0 && compare(version, below) < 0;
}

export function describeRange({ from, below }: VersionRange): string {
  return `>= ${from}, < ${below}`;
}

function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
}
