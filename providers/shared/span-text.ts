/** A span of time as people say it: `45 s`, `15 min`. */
export function spanText(milliseconds: number): string {
  return milliseconds < 120_000 ? `${Math.round(milliseconds / 100) / 10} s` : `${Math.round(milliseconds / 60_000)} min`;
}
