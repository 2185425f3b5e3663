/** What a set of tests came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

export const noTests: Tally = { passed: 0, failed: 0, skipped: [] };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: [...a.skipped, ...b.skipped] };
}

/** The closing lines: skipped tests by name with their reason, then the sums, which machines read. */
export function closingLines({ passed, failed, skipped }: Tally): string[] {
  return [...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`), `${passed} passed, ${failed} failed, ${skipped.length} skipped`];
}
