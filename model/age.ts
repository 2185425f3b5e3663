const dayMs = 24 * 3600 * 1000;

/** Days since an instant (RFC 3339); 0 where it lies ahead: another machine's clock says so. */
export function ageInDays(since: string, now: Date): number {
  return Math.max(0, (now.getTime() - Date.parse(since)) / dayMs);
}

/** `13.9 days`: never more than they are. */
export function daysText(count: number): string {
  const whole = Math.floor(count * 10) / 10;
  return `${whole} ${whole === 1 ? "day" : "days"}`;
}
