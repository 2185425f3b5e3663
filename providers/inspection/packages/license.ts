import { SPDX } from "@cyclonedx/cyclonedx-library";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Package } from "#providers/inspection/packages/package-database";
import { paragraphs } from "#providers/inspection/packages/paragraphs";

/** Debian's short names that SPDX calls otherwise. */
const debianNames: Readonly<Record<string, string>> = {
  "Expat": "MIT", "Artistic": "Artistic-1.0-Perl", "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause", "BSD-4-clause": "BSD-4-Clause", "CC0": "CC0-1.0",
};
const gnu = /^(A?GPL|LGPL|GFDL)-(\d)(?:\.(\d))?(\+?)$/;

/**
 * Packages with the licence of their main files, as Debian's copyright files in the machine-readable form say it; others as
 * they are. Half a second for a few hundred packages.
 */
export async function withLicenses(tree: FileTree, packages: readonly Package[]): Promise<Package[]> {
  return Promise.all(packages.map(async (one) => {
    const license = one.license ?? (one.type === "deb" ? await debianLicense(tree, one.name) : undefined);
    return license ? { ...one, license } : one;
  }));
}

async function debianLicense(tree: FileTree, name: string): Promise<string | undefined> {
  const text = await tree.text(`/usr/share/doc/${name}/copyright`);
  if (!text?.startsWith("Format:")) return undefined;
  const main = paragraphs(text).find((paragraph) => paragraph.get("Files") === "*");
  const short = main?.get("License")?.split("\n")[0]?.trim();
  return short ? short.split(" ").map(spdxName).join(" ") : undefined;
}

/** `GPL-2+` -> `GPL-2.0-or-later`; what has no other name in SPDX stays. */
function spdxName(word: string): string {
  const [, family, major, minor = "0", plus] = gnu.exec(word) ?? [];
  if (family) return `${family}-${major}.${minor}-${plus ? "or-later" : "only"}`;
  if (word === "and" || word === "or") return word.toUpperCase();
  return debianNames[word] ?? word;
}

/** True of SPDX identifiers joined by AND and OR: what SBOM readers take as an expression. */
export function isLicenseExpression(text: string): boolean {
  const words = text.replace(/[()]/g, " ").trim().split(/\s+/);
  const depth = [...text].reduce((open, sign) => (open < 0 ? open : sign === "(" ? open + 1 : sign === ")" ? open - 1 : open), 0);
  return depth === 0 && words.every((word, index) => (index % 2 === 0 ? SPDX.isSupportedSpdxId(word) : word === "AND" || word === "OR"));
}
