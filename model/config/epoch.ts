const date = /^(\d{4})-(\d{2})-(\d{2})$/;
/** YAML reads an unquoted date as a time, and the engine writes that down in one of these shapes. */
const timestamp = /^(\d{4}-\d{2}-\d{2})(?: 00:00:00(?:\.0+)? \+0000 UTC|T00:00:00(?:\.0+)?(?:Z|\+00:00))$/;

/** `YYYY-MM-DD` of a date however YAML and the engine have dressed it, or undefined where it is no date of the calendar. */
export function parseEpoch(text: string): string | undefined {
  const plain = timestamp.exec(text)?.[1] ?? text;
  const match = date.exec(plain);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const last = month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
  return year >= 2000 && day >= 1 && day <= last ? plain : undefined;
}
