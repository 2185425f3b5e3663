const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** What a length of time looks like: `90s`, `30m`, `24h`, `7d`. */
export const durationForm = /^(0|[1-9]\d{0,6})([smhd])$/;

/** Seconds of a length of time such as `30m`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = durationForm.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * seconds[unit as keyof typeof seconds];
}
