/**
 * The instant that is some days after a release's epoch, whose date is in its version: for `2026.1101.2` and 30 it is
 * `2026-12-01T00:00:00Z`. It follows from the version alone, so that every run and every machine says the same.
 */
export function daysAfterEpoch(version: string, days: number): string {
  const [year = 0, monthAndDay = 0] = version.split(".").map(Number);
  const instant = new Date(Date.UTC(year, Math.floor(monthAndDay / 100) - 1, (monthAndDay % 100) + days));
  return instant.toISOString().replace(".000Z", "Z");
}
