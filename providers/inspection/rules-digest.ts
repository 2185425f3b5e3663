import { digestOf } from "#model/build-key";
import { rules } from "#providers/inspection/hygiene/rules";

/** Raised when a gate or a rule asks something else under an old id: releases are then inspected again. */
const rulesVersion = 1;

/** Digest of the rules that the program itself has: a release that passed other rules is inspected again. */
export function rulesDigest(): string {
  return digestOf({ rulesVersion, hygiene: rules.map(({ id, severity, targets }) => ({ id, severity, targets })).sort((one, other) => (one.id < other.id ? -1 : 1)) });
}
