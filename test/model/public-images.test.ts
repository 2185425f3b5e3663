import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amiArchitecture, bootMode, deprecationTime, regionsOf, sharesOf, tpmSupport } from "#model/aws-image";
import { azureArchitecture, endOfLife, hyperVGeneration, replicaRegions, securityFeatures } from "#model/azure-image";
import { azureSecurityTypes } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import { gcpArchitecture, gcpDeprecationTime, guestOsFeatures } from "#model/gcp-image";
import type { BuildRecord, Firmware } from "#model/release";
import { daysAfterEpoch } from "#model/release-date";
import { versionPrefix } from "#model/version";
import { anyEpoch, anyOs } from "./any-release.ts";

const os = (...firmware: Firmware[]): BuildRecord["os"] => ({ family: "debian", release: "12", arch: "x86_64", firmware });
const arm: BuildRecord["os"] = { ...os("uefi"), family: "debian", release: "12", arch: "aarch64" };
const boots = (system: BuildRecord["os"], on: Firmware) => (system?.firmware ?? ["bios"]).includes(on);
const isArm = (system: BuildRecord["os"]) => system?.arch === "aarch64";

describe("an instant counted from a release's epoch", () => {
  it("is that many days of the calendar later, at midnight UTC, whatever the serial", () => {
    expect(daysAfterEpoch("2026.1101.2", 0)).toBe("2026-11-01T00:00:00Z");
    expect(daysAfterEpoch("2027.103.1", 60)).toBe("2027-03-04T00:00:00Z");
    fc.assert(fc.property(anyEpoch, fc.nat({ max: 36_500 }), fc.integer({ min: 1, max: 10 ** 9 }), (epoch, days, serial) => {
      const instant = daysAfterEpoch(`${versionPrefix(epoch)}.${serial}`, days);
      expect(instant).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00Z$/);
      expect((Date.parse(instant) - Date.parse(epoch)) / 86_400_000).toBe(days);
    }));
  });

  it("is none where the site has none", () => {
    for (const none of [deprecationTime({}, "2026.1101.2"), endOfLife({}, "2026.1101.2"), gcpDeprecationTime({}, "2026.1101.2")]) expect(none).toBeUndefined();
    const later = [deprecationTime({ deprecateAfter: 30 }, "2026.1101.2"), endOfLife({ endOfLifeAfter: 30 }, "2026.1101.2"), gcpDeprecationTime({ deprecateAfter: 30 }, "2026.1101.2")];
    for (const instant of later) expect(instant).toBe("2026-12-01T00:00:00Z");
  });
});

describe("an AMI", () => {
  it("boots as its disk can, on UEFI where it may choose, and on UEFI alone with a TPM or on ARM", () => {
    expect([bootMode(undefined), bootMode(os("bios")), bootMode(os("bios", "uefi")), bootMode(os("uefi")), bootMode(os("bios", "uefi"), { tpm: true }), bootMode(arm)]).toEqual([
      "legacy-bios", "legacy-bios", "uefi-preferred", "uefi", "uefi", "uefi"]);
    fc.assert(fc.property(anyOs, fc.boolean(), (system, tpm) => {
      const mode = bootMode(system, { tpm });
      if (mode === "legacy-bios") expect([boots(system, "bios"), isArm(system)]).toEqual([true, false]);
      else expect(boots(system, "uefi") || isArm(system)).toBe(true);
    }));
  });

  it("has a TPM where the site wants one, and is refused where it cannot", () => {
    expect(tpmSupport({ name: "ami", tpm: false }, os("bios"))).toBeUndefined();
    expect(tpmSupport({ name: "ami", tpm: true }, os("bios", "uefi"))).toBe("v2.0");
    expect(() => tpmSupport({ name: "ami", tpm: true }, os("bios"))).toThrow(/boots on BIOS alone[^]*imagefleet:sites\.ami\.tpm/);
  });

  it("is in the region that its bytes enter first, then in the others", () => {
    expect(regionsOf({ region: "eu-central-1", copyTo: ["us-east-1", "eu-west-1"] })).toEqual(["eu-central-1", "us-east-1", "eu-west-1"]);
  });

  it("is shared with each account, organization and unit under a name of its own, and with all where it is public", () => {
    const shareWith = {
      accounts: [{ account: "111111111111" }, { account: "222222222222", role: "arn:aws:iam::222222222222:role/tags" }],
      organizations: ["arn:aws:organizations::333333333333:organization/o-a1b2c3d4e5"],
      organizationalUnits: ["arn:aws:organizations::333333333333:ou/o-a1b2c3d4e5/ou-ab12-34567890"],
    };
    expect(sharesOf({ visibility: "private", shareWith })).toEqual([
      { name: "111111111111", accountId: "111111111111" }, { name: "222222222222", accountId: "222222222222" },
      { name: "o-a1b2c3d4e5", organizationArn: shareWith.organizations[0] }, { name: "ou-ab12-34567890", organizationalUnitArn: shareWith.organizationalUnits[0] },
    ]);
    expect(sharesOf({ visibility: "public", shareWith: { accounts: [], organizations: [], organizationalUnits: [] } })).toEqual([{ name: "all", group: "all" }]);
  });
});

describe("an image of Azure", () => {
  it("is of the second generation where it boots on UEFI, and trusted launch is for that alone", () => {
    expect([hyperVGeneration(undefined), hyperVGeneration(os("bios")), hyperVGeneration(os("bios", "uefi")), hyperVGeneration(arm)]).toEqual(["V1", "V1", "V2", "V2"]);
    expect(securityFeatures({ name: "vhd" }, os("bios"))).toEqual([]);
    expect(securityFeatures({ name: "vhd" }, os("uefi"))).toEqual([{ name: "SecurityType", value: "TrustedLaunchSupported" }]);
    expect(securityFeatures({ name: "vhd", security: "trustedLaunch" }, os("uefi"))).toEqual([{ name: "SecurityType", value: "TrustedLaunch" }]);
    expect(() => securityFeatures({ name: "vhd", security: "trustedLaunch" }, os("bios"))).toThrow(/boots on BIOS alone[^]*imagefleet:sites\.vhd\.security/);
    fc.assert(fc.property(anyOs, fc.constantFrom(...azureSecurityTypes, undefined), (system, security) => {
      const refused = hyperVGeneration(system) === "V1" && security !== undefined && security !== "standard";
      if (refused) expect(() => securityFeatures({ name: "vhd", security }, system)).toThrow(FleetError);
      else expect(securityFeatures({ name: "vhd", security }, system).length).toBe(hyperVGeneration(system) === "V1" || security === "standard" ? 0 : 1);
    }));
  });

  it("is in its location first, with as many replicas as the site has there", () => {
    expect(replicaRegions({ location: "westeurope", replicas: 2, replicateTo: [{ region: "uksouth", replicas: 3 }] })).toEqual([{ region: "westeurope", replicas: 2 }, { region: "uksouth", replicas: 3 }]);
  });
});

describe("an image of Google Cloud", () => {
  it("has the features that follow from it, and the site's, each once and in order", () => {
    const plain = { name: "gce", guestOsFeatures: [], secureBoot: false };
    expect(guestOsFeatures(plain, os("bios"))).toEqual(["GVNIC", "VIRTIO_SCSI_MULTIQUEUE"]);
    expect(guestOsFeatures({ ...plain, secureBoot: true, guestOsFeatures: ["IDPF", "GVNIC"] }, os("bios", "uefi"))).toEqual(["GVNIC", "IDPF", "SECURE_BOOT", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE"]);
    expect(() => guestOsFeatures({ ...plain, secureBoot: true }, os("bios"))).toThrow(/boots on BIOS alone[^]*imagefleet:sites\.gce\.secureBoot/);
    fc.assert(fc.property(anyOs, fc.uniqueArray(fc.constantFrom("IDPF", "GVNIC", "SEV_CAPABLE")), (system, more) => {
      const features = guestOsFeatures({ ...plain, guestOsFeatures: more }, system);
      expect(features).toEqual([...new Set(features)].sort());
      expect(features.includes("UEFI_COMPATIBLE")).toBe(boots(system, "uefi") || isArm(system));
      for (const feature of more) expect(features).toContain(feature);
    }));
  });
});

it("every cloud has its own word for an architecture", () => {
  expect([amiArchitecture(arm), azureArchitecture(arm), gcpArchitecture(arm)]).toEqual(["arm64", "Arm64", "ARM64"]);
  expect([amiArchitecture(os()), azureArchitecture(undefined), gcpArchitecture(os("uefi"))]).toEqual(["x86_64", "x64", "X86_64"]);
});
