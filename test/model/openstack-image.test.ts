import fc from "fast-check";
import { expect, test } from "vitest";
import type { OpenstackSite } from "#model/config/sites/openstack";
import { parseFormat } from "#model/format";
import { artifactReference, imageProperties, imageSettings, ours, smallestDisk, type ImageFacts } from "#model/openstack-image";

const site: OpenstackSite = {
  kind: "openstack", name: "corp", cloud: "corp", format: "qcow2", visibility: "private", members: [], properties: {}, tags: [], protected: false, wholeDisk: false, stuckAfter: 30,
};
const facts: ImageFacts = {
  image: "debian-12", version: "2026.1101.2", key: "k".repeat(64), format: parseFormat("qcow2")!, sha256: "5".repeat(64),
  os: { family: "debian", release: "12", arch: "x86_64", firmware: ["bios", "uefi"] }, gateSet: "0123456789abcdef", stack: "shop/prod", superseded: false,
};

test("an image says what it is, whose it is, and where its evidence lies", () => {
  expect(imageSettings({ ...site, tags: ["golden"], minMemory: 512 }, facts)).toEqual({
    name: "debian-12-2026.1101.2", containerFormat: "bare", diskFormat: "qcow2", minRamMb: 512, visibility: "private", hidden: false, tags: ["golden"],
  });
  expect(imageProperties(site, facts)).toEqual({
    os_type: "linux", os_distro: "debian", os_version: "12", architecture: "x86_64",
    imagefleet_image: "debian-12", imagefleet_version: "2026.1101.2", imagefleet_key: facts.key, imagefleet_sha256: facts.sha256, imagefleet_stack: "shop/prod", imagefleet_channel: "latest",
    imagefleet_sbom: "images/debian-12/2026.1101.2/gates/0123456789abcdef/sbom.cdx.json",
    imagefleet_seal: "images/debian-12/2026.1101.2/formats/qcow2/SHA256SUMS.asc",
  });
  expect(artifactReference(facts, facts.format)).toBe("images/debian-12/2026.1101.2/formats/qcow2/debian-12-2026.1101.2.qcow2");
});

test("a superseded release is hidden and in no channel; nothing else changes", () => {
  const old = { ...facts, superseded: true };
  expect(imageSettings(site, old)).toEqual({ ...imageSettings(site, facts), hidden: true });
  expect(imageProperties(site, old)).not.toHaveProperty(ours.channel);
  expect({ ...imageProperties(site, old), imagefleet_channel: "latest" }).toEqual(imageProperties(site, facts));
});

test("UEFI is asked for where the disk boots on nothing else, and distributions have libosinfo's names", () => {
  const of = (os: ImageFacts["os"]) => imageProperties(site, { ...facts, os });
  expect(of({ family: "alpine", release: "3.22", arch: "x86_64", firmware: ["uefi"] })).toMatchObject({ os_distro: "alpinelinux", hw_firmware_type: "uefi" });
  expect(of({ family: "rocky", release: "9", arch: "aarch64" })).toMatchObject({ os_distro: "rocky", architecture: "aarch64" });
  expect(of({ family: "rocky", release: "9", arch: "aarch64" })).not.toHaveProperty("hw_firmware_type");
  expect(of(undefined)).not.toHaveProperty("os_distro");
});

test("a whole disk for Ironic says so, and a signature comes with all that verifies it", () => {
  expect(imageProperties({ ...site, wholeDisk: true }, facts)).toMatchObject({ img_type: "whole-disk" });
  const signing = { ...site, signature: { certificate: "0a1b2c3d-0000-4000-8000-000000000000", keyFile: "KEY" } };
  expect(imageProperties(signing, { ...facts, signature: "c2ln" })).toMatchObject({
    img_signature: "c2ln", img_signature_hash_method: "SHA-256", img_signature_key_type: "RSA-PSS", img_signature_certificate_uuid: signing.signature.certificate,
  });
  expect(Object.keys(imageProperties(signing, facts)).filter((name) => name.startsWith("img_"))).toEqual([]);
});

test("what the site configures wins over what follows from the image, but never over what we know our images by", () => {
  const name = fc.constantFrom("os_distro", "hw_disk_bus", "architecture", "hw_firmware_type", "img_type", ...Object.values(ours));
  fc.assert(fc.property(fc.dictionary(name, fc.string({ minLength: 1 })), fc.boolean(), fc.boolean(), (properties, superseded, disk) => {
    const plain = imageProperties(site, { ...facts, superseded });
    const made = imageProperties({ ...site, properties, wholeDisk: disk }, { ...facts, superseded });
    for (const own of Object.values(ours)) expect(made[own]).toBe(plain[own]);
    for (const [key, value] of Object.entries(properties)) if (!key.startsWith("imagefleet_")) expect(made[key]).toBe(value);
    for (const key of Object.keys(plain)) expect(made).toHaveProperty(key);
  }));
});

test("the smallest disk holds the image, and is not a GiB too large", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 46 }), (bytes) => {
    const size = smallestDisk(site, bytes);
    expect(size * 2 ** 30).toBeGreaterThanOrEqual(bytes);
    expect((size - 1) * 2 ** 30).toBeLessThan(bytes);
  }));
  expect(smallestDisk({ minDisk: 20 }, 2 ** 31)).toBe(20);
});
