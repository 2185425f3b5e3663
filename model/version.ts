/**
 * Versions: `<year>.<month and day>.<serial>` of an epoch. Valid as semver (no leading zeros: 3 January is `103`), ordered
 * by number, and a string in YAML because it has two dots.
 */
const pattern = /^(\d{4})\.([1-9]\d{2,3})\.([1-9]\d*)$/;

/** `2026-11-01` -> `2026.1101` */
export function versionPrefix(epoch: string): string {
  const [year, month, day] = epoch.split("-").map(Number);
  if (!year || !month || !day) throw new RangeError(`epoch ${JSON.stringify(epoch)} is not YYYY-MM-DD`);
  return `${year}.${month * 100 + day}`;
}

export function isVersion(text: string): boolean {
  return pattern.test(text);
}

/** Orders versions by number, oldest first. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first version of an epoch that was never given; `taken` includes removed versions. */
export function nextVersion(epoch: string, taken: Iterable<string>): string {
  const prefix = versionPrefix(epoch);
  let last = 0;
  for (const version of taken) {
    const match = pattern.exec(version);
    if (match && `${match[1]}.${match[2]}` === prefix) last = Math.max(last, Number(match[3]));
  }
  return `${prefix}.${last + 1}`;
}
