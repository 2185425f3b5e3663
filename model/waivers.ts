import type { Waiver } from "#model/gates";

/** `YYYY-MM-DD` in UTC, as waivers are dated. */
export function utcDay(time: Date = new Date()): string {
  return time.toISOString().slice(0, 10);
}

/** Whether a waiver's last day is over. @param today `YYYY-MM-DD`, UTC. */
export function hasExpired({ expires }: Waiver, today: string): boolean {
  return today > expires;
}

/** Whether a waiver is for a finding, expired or not. */
export function covers(waiver: Waiver, finding: { readonly rule: string; readonly place: string }): boolean {
  const rule = waiver.rule.endsWith("*") ? finding.rule.startsWith(waiver.rule.slice(0, -1)) : finding.rule === waiver.rule;
  return rule && (waiver.place === undefined || waiver.place === finding.place);
}

/** The waiver that accepts a finding today: of several, the one that does so longest. */
export function waiverFor<W extends Waiver>(waivers: readonly W[], finding: { readonly rule: string; readonly place: string }, today: string): W | undefined {
  const accepting = waivers.filter((waiver) => covers(waiver, finding) && !hasExpired(waiver, today));
  return accepting.reduce<W | undefined>((longest, waiver) => (longest && longest.expires >= waiver.expires ? longest : waiver), undefined);
}
