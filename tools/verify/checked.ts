import type { SealFault } from "#providers/seal/seal-fault";

/** What was found in one group, wherever it lies. */
export interface Checked {
  /** `debian-12@2026.1101.2`, where that could be found out. */
  readonly release?: string;
  /** `formats/qcow2`, or the directory or URL. */
  readonly group: string;
  readonly place: string;
  /** Fingerprint of the key that sealed it. */
  readonly signer?: string;
  readonly faults: readonly SealFault[];
}

/** What `npm run verify` was asked about, all of it. */
export interface Outcome {
  /** Store, directory or URL. */
  readonly place: string;
  readonly checked: readonly Checked[];
  /** What to do about faults there. */
  readonly mend: string;
}
