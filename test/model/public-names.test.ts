import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amiName } from "#model/aws-image";
import { blobName, definitionName, managedImageName } from "#model/azure-image";
import { gcpImageName, objectName } from "#model/gcp-image";
import { releaseName, type ReleaseId } from "#model/release";
import { anyRelease } from "./any-release.ts";

type Rule = readonly [what: string, name: (release: ReleaseId) => string, form: RegExp, example: string];

const rules: readonly Rule[] = [
  ["an AMI", amiName, /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/, "debian-12-2026.1101.2"],
  ["a managed image of Azure", managedImageName, /^[A-Za-z0-9][\w.-]{0,78}[A-Za-z0-9_]$/, "debian-12-2026.1101.2"],
  ["a blob", blobName, /^[a-z0-9.-]{1,1023}[^./]$/, "debian-12-2026.1101.2.vhd"],
  ["an image of Compute Engine", gcpImageName, /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/, "debian-12-2026-1101-2"],
  ["an object of Cloud Storage", objectName, /^(?!\.well-known\/acme-challenge\/)[a-z0-9./-]{1,1024}$/, "imagefleet/debian-12-2026.1101.2.tar.gz"],
];

describe.each(rules)("the name of %s", (_, name, form, example) => {
  it("tells image and version", () => {
    expect(name({ image: "debian-12", version: "2026.1101.2" })).toBe(example);
  });

  it("is one that the cloud takes, for every release", () => {
    fc.assert(fc.property(anyRelease, (release) => void expect(name(release)).toMatch(form)));
  });

  it("is that of one release alone", () => {
    fc.assert(fc.property(fc.array(anyRelease, { minLength: 2, maxLength: 40 }), (releases) => {
      expect(new Set(releases.map(name)).size).toBe(new Set(releases.map(releaseName)).size);
    }));
  });
});

describe("in a gallery of Azure", () => {
  it("definitions have names that it takes, and each version is three numbers of 32 bits, as releases count", () => {
    fc.assert(fc.property(anyRelease, ({ image, version }) => {
      expect(definitionName(image)).toMatch(/^[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9])?$/);
      const [year, day] = version.split(".").map(Number);
      for (const part of [year, day]) expect(part).toBeLessThan(2 ** 31);
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }));
  });
});
