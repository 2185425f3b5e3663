/** A line of `sha256sum`, or of the BSD form `SHA256 (name) = digest` that some distributions publish. */
const gnuLine = /^\\?([0-9a-fA-F]{64}|[0-9a-fA-F]{128}) [ *](.+)$/;
const bsdLine = /^SHA(?:256|512) \((.+)\) = ([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/;

export interface ListedDigest {
  /** Lower-case hexadecimal; its length tells SHA-256 (64) from SHA-512 (128). */
  readonly digest: string;
  readonly name: string;
}

/** The digests of a SHA256SUMS or SHA512SUMS file; other lines are no concern of ours. */
export function listedDigests(text: string): ListedDigest[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, gnuDigest, gnuName] = gnuLine.exec(line) ?? [];
    const [, bsdName, bsdDigest] = bsdLine.exec(line) ?? [];
    const digest = gnuDigest ?? bsdDigest;
    return digest ? [{ digest: digest.toLowerCase(), name: (gnuName ?? bsdName)! }] : [];
  });
}
