import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { isLicenseExpression } from "#providers/inspection/packages/license";
import { packageUrl } from "#providers/inspection/packages/package-url";
import { documentId, documentTime } from "#providers/inspection/packages/sbom-subject";
import type { SbomSubject } from "#providers/inspection/packages/sbom-subject";

/** The CycloneDX 1.6 document of an image, as JSON text: the same text for the same image. */
export function cycloneDx(subject: SbomSubject): string {
  const bom = new Models.Bom({ serialNumber: `urn:uuid:${documentId(subject, "cyclonedx")}`, version: 1 });
  const image = imageComponent(subject);
  const system = systemComponent(subject);
  bom.metadata.timestamp = new Date(documentTime(subject));
  bom.metadata.component = image;
  bom.metadata.tools.components.add(new Models.Component(Enums.ComponentType.Application, "imagefleet"));
  bom.components.add(system);
  image.dependencies.add(system.bomRef);
  for (const component of packageComponents(subject)) {
    bom.components.add(component);
    image.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`;
}

function imageComponent({ build }: SbomSubject): Models.Component {
  return new Models.Component(Enums.ComponentType.File, build.image, {
    bomRef: "image",
    version: build.version,
    description: `operating system image, ${build.disk.name}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], build.disk.sha256]]),
  });
}

/** Scanners take the distribution, and with it their data, from the component of this type. */
function systemComponent({ os }: SbomSubject): Models.Component {
  return new Models.Component(Enums.ComponentType.OperatingSystem, os.id, { bomRef: "os", version: os.version, description: os.title });
}

function packageComponents({ packages, os }: SbomSubject): Models.Component[] {
  const licenses = new Contrib.License.Factories.LicenseFactory((text) => {
    if (!isLicenseExpression(text)) throw new RangeError(`${text} is no expression of SPDX identifiers`);
  });
  return packages.map((one) => {
    const purl = packageUrl(one, os);
    const license = one.license ? [licenses.makeFromString(one.license)] : [];
    return new Models.Component(Enums.ComponentType.Library, one.name, { bomRef: purl, version: one.version, purl, licenses: new Models.LicenseRepository(license) });
  });
}
