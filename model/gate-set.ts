import { canonicalJson, digestOf } from "#model/build-key";
import type { GatesConfig, Waiver } from "#model/gates";
import { hasExpired } from "#model/waivers";

/** What the verdict on an image depends on besides its bytes. */
export interface GateSet {
  readonly gates: GatesConfig;
  /** The image's own. */
  readonly waivers: readonly Waiver[];
  /** Target that the image was made for: some rules follow it. */
  readonly target?: string;
  /** Digest of the rules that the program itself has. */
  readonly rules: string;
  /** `YYYY-MM-DD`, UTC. Only tells which waivers have expired: another day is not another set. */
  readonly today: string;
}

/** Raised when the meaning of the parts changes, so that no old set is taken for a new one. */
const format = "imagefleet gate set 1";

/**
 * Name of the set of gates that a release must pass: 16 hexadecimal digits. A waiver that expires makes another set, so that
 * the release is inspected again; so does a changed reason, since the evidence states it.
 */
export function gateSetOf({ gates, waivers, target, rules, today }: GateSet): string {
  const accepted = waivers.map((waiver) => ({ ...waiver, expired: hasExpired(waiver, today) }));
  const parts = { format, gates, waivers: accepted.sort(byText), target, rules };
  return digestOf(parts).slice(0, 16);
}

function byText(one: unknown, other: unknown): number {
  const [a, b] = [canonicalJson(one), canonicalJson(other)];
  return a < b ? -1 : Number(a > b);
}
