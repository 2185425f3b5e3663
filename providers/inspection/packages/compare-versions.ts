import type { PackageType } from "#providers/inspection/packages/package-database";

/** Orders two versions of a package as its own package manager does: negative where `a` is the older. */
export function comparePackageVersions(type: PackageType, a: string, b: string): number {
  return orders[type](a, b);
}

const orders: Record<PackageType, (a: string, b: string) => number> = { deb: compareDeb, rpm: compareRpm, apk: compareApk };

/** Epoch, version, and what follows the last hyphen. */
function parts(text: string): [number, string, string] {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const hyphen = rest.lastIndexOf("-");
  return hyphen < 0 ? [Number(epoch), rest, ""] : [Number(epoch), rest.slice(0, hyphen), rest.slice(hyphen + 1)];
}

function byParts(a: string, b: string, compare: (a: string, b: string) => number): number {
  const [left, right] = [parts(a), parts(b)];
  return left[0] - right[0] || compare(left[1], right[1]) || compare(left[2], right[2]);
}

/** Debian policy 5.6.12: runs of other characters and runs of digits take turns. */
function compareDeb(a: string, b: string): number {
  const runs = (text: string): string[] => text.match(/\D*\d*/g) ?? [];
  return byParts(a, b, (left, right) => compareLists(runs(left), runs(right), (x, y) => compareSigns(signs(x), signs(y)) || compareNumbers(x.slice(signs(x).length), y.slice(signs(y).length))));
}

function signs(run: string): string {
  return run.replace(/\d+$/, "");
}

/** `~` before the end, the end before letters, letters before all else. */
function compareSigns(a: string, b: string): number {
  const weight = (sign: string | undefined): number => (sign === undefined ? 0 : sign === "~" ? -1 : /[A-Za-z]/.test(sign) ? sign.charCodeAt(0) : sign.charCodeAt(0) + 256);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = weight(a[i]) - weight(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Digits of any length; none at all count as 0. */
function compareNumbers(a: string, b: string): number {
  const [x, y] = [a, b].map((digits) => digits.replace(/^0+/, "")) as [string, string];
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

/** rpmvercmp: runs of digits or letters; digits before letters; `~` before the end, `^` after it but before more. */
function compareRpm(a: string, b: string): number {
  const runs = (text: string): string[] => text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];
  return byParts(a, b, (left, right) => compareLists(runs(left), runs(right), compareRuns));
}

function compareRuns(a: string, b: string): number {
  const rank = (run: string): number => (run === "~" ? 0 : run === "" ? 1 : run === "^" ? 2 : /^\d/.test(run) ? 4 : 3);
  return rank(a) - rank(b) || (rank(a) === 4 ? compareNumbers(a, b) : a < b ? -1 : a > b ? 1 : 0);
}

const apkPattern = /^(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;
const apkSuffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

/** apk: numbers, a letter, suffixes such as `_rc1`, and the revision `-r2`. What is no such version compares as Debian's. */
function compareApk(a: string, b: string): number {
  const [x, y] = [apkPattern.exec(a), apkPattern.exec(b)];
  if (!x || !y) return compareDeb(a, b);
  const [left, right] = [x[1]!.split("."), y[1]!.split(".")];
  return compareLists(left, right, compareNumbers)
    || left.length - right.length
    || compareSigns(x[2]!, y[2]!)
    || compareLists(x[3]!.split("_").slice(1), y[3]!.split("_").slice(1), compareSuffixes)
    || compareNumbers(x[4] ?? "", y[4] ?? "");
}

function compareSuffixes(a: string, b: string): number {
  const rank = (suffix: string): number => apkSuffixes.indexOf(signs(suffix));
  return rank(a) - rank(b) || compareNumbers(a.slice(signs(a).length), b.slice(signs(b).length));
}

/** The first difference, position by position; what one side has not counts as "". */
function compareLists(a: readonly string[], b: readonly string[], compare: (a: string, b: string) => number): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = compare(a[i] ?? "", b[i] ?? "");
    if (difference !== 0) return difference;
  }
  return 0;
}
