import { isPlainName } from "#store/names";

export interface Sum {
  readonly name: string;
  readonly sha256: string;
}

/** SHA256SUMS as `sha256sum --check` reads it, in the order of the names. */
export function sumsText(files: readonly Sum[]): string {
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

/** @returns undefined where the text is not exactly what `sumsText` writes */
export function parseSums(text: string): Sum[] | undefined {
  const sums = text.split("\n").slice(0, -1).map((line) => ({ sha256: line.slice(0, 64), name: line.slice(66) }));
  const sound = sums.length > 0 && sums.every(({ name, sha256 }) => /^[0-9a-f]{64}$/.test(sha256) && isPlainName(name));
  return sound && new Set(sums.map(({ name }) => name)).size === sums.length && sumsText(sums) === text ? sums : undefined;
}
