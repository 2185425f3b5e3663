import { isLicenseExpression } from "#providers/inspection/packages/license";
import { packageUrl } from "#providers/inspection/packages/package-url";
import type { Package } from "#providers/inspection/packages/package-database";
import { documentId, documentTime } from "#providers/inspection/packages/sbom-subject";
import type { SbomSubject } from "#providers/inspection/packages/sbom-subject";

/** What SPDX wants said where nothing is known. */
const unknown = "NOASSERTION";
const image = "SPDXRef-image";
const system = "SPDXRef-os";

/** The SPDX 2.3 document of an image, as JSON text: the same text for the same image. */
export function spdx(subject: SbomSubject): string {
  const packages = subject.packages.map((one, index) => packageEntry(subject, one, `SPDXRef-package-${index + 1}`));
  const parts = [system, ...packages.map((entry) => entry.SPDXID)];
  const name = `${subject.build.image}-${subject.build.version}`;
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${documentId(subject, "spdx")}`,
    creationInfo: { created: documentTime(subject), creators: ["Tool: imagefleet"] },
    packages: [imageEntry(subject), systemEntry(subject), ...packages],
    relationships: [relation("SPDXRef-DOCUMENT", "DESCRIBES", image), ...parts.map((part) => relation(image, "CONTAINS", part))],
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function imageEntry({ build }: SbomSubject): object {
  return {
    ...entry(image, build.image, build.version),
    primaryPackagePurpose: "FILE",
    checksums: [{ algorithm: "SHA256", checksumValue: build.disk.sha256 }],
  };
}

function systemEntry({ os }: SbomSubject): object {
  return { ...entry(system, os.id, os.version), summary: os.title, primaryPackagePurpose: "OPERATING-SYSTEM" };
}

function packageEntry({ os }: SbomSubject, one: Package, id: string) {
  const declared = one.license !== undefined && isLicenseExpression(one.license);
  return {
    ...entry(id, one.name, one.version),
    licenseDeclared: declared ? one.license : unknown,
    ...(one.license && !declared ? { licenseComments: `the package says: ${one.license}` } : {}),
    sourceInfo: `built from ${one.source}`,
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: packageUrl(one, os) }],
  };
}

function entry(id: string, name: string, version: string | undefined) {
  return { SPDXID: id, name, ...(version ? { versionInfo: version } : {}), downloadLocation: unknown, filesAnalyzed: false, licenseConcluded: unknown, licenseDeclared: unknown, copyrightText: unknown };
}

function relation(from: string, type: string, to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}
