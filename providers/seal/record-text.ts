/** A record as the store writes it: its bytes follow from what it says. */
export function recordText(record: object): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
