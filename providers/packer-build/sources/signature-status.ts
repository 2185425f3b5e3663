/** What gpgv's machine-readable status says of one signature. */
export interface SignatureVerdict {
  /** Fingerprint of the key that signed, and of the primary key it belongs to; absent when the key is unknown. */
  readonly key?: string;
  readonly primary?: string;
  /** Empty for a good one. */
  readonly problem: string;
}

const problems: Readonly<Record<string, string>> = {
  BADSIG: "the signature does not fit the signed file",
  EXPSIG: "the signature has expired",
  EXPKEYSIG: "the signing key has expired",
  REVKEYSIG: "the signing key is revoked",
  NO_PUBKEY: "the signing key is not known here",
  ERRSIG: "the signature cannot be checked",
};

/** Reads `--status-fd` output: one verdict for each signature, in order. Only GOODSIG with VALIDSIG is good. */
export function signatureVerdicts(status: string): SignatureVerdict[] {
  const lines = status.split("\n").flatMap((line) => (line.startsWith("[GNUPG:] ") ? [line.slice(9).split(" ")] : []));
  const groups: string[][][] = [];
  for (const line of lines) {
    if (line[0] === "NEWSIG") groups.push([]);
    else groups.at(-1)?.push(line);
  }
  return groups.map(verdict);
}

function verdict(lines: readonly string[][]): SignatureVerdict {
  const valid = lines.find(([word]) => word === "VALIDSIG");
  const error = lines.find(([word]) => word === "ERRSIG");
  const key = valid?.[1] ?? error?.[8];
  const primary = valid?.[10] ?? valid?.[1];
  // NO_PUBKEY says more than the ERRSIG before it.
  const bad = lines.findLast(([word]) => problems[word ?? ""] !== undefined)?.[0];
  const good = valid !== undefined && lines.some(([word]) => word === "GOODSIG");
  const problem = bad !== undefined ? problems[bad]! : good ? "" : "the signature cannot be checked";
  return { key: isFingerprint(key) ? key : undefined, primary, problem };
}

function isFingerprint(text: string | undefined): boolean {
  return text !== undefined && /^([0-9A-F]{40}|[0-9A-F]{64})$/.test(text);
}
