import { digestOf } from "#model/build-key";

/** Raised when a gate asks something else under an old id: releases are then inspected again. */
const rulesVersion = 1;

/** Digest of the rules that the program itself has: a release that passed other rules is inspected again. */
export function rulesDigest(): string {
  return digestOf({ rulesVersion });
}
