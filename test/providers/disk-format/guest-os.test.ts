import { describe, expect, test } from "vitest";
import { guestOs } from "#providers/disk-format/ovf/guest-os";

const os = (family: string, release: string) => ({ family, release, arch: "x86_64" });

describe("guestOs", () => {
  test.each([
    ["debian", "12", 22, "debian12_64Guest"],
    ["debian", "12", 20, "debian12_64Guest"],
    ["debian", "12", 17, "debian11_64Guest"],
    ["debian", "12", 15, "debian10_64Guest"],
    ["debian", "12", 11, "debian8_64Guest"],
    ["debian", "12", 10, "debian7_64Guest"],
    ["debian", "12", 8, "debian6_64Guest"],
    ["debian", "11", 22, "debian11_64Guest"],
    ["ubuntu", "24.04", 15, "ubuntu64Guest"],
    ["rocky", "9.4", 20, "rockylinux_64Guest"],
    ["rocky", "9.4", 18, "centos9_64Guest"],
    ["rocky", "9", 13, "centos7_64Guest"],
    ["rhel", "9", 10, "rhel7_64Guest"],
    ["fedora", "42", 8, "other26xLinux64Guest"],
    ["tiny", "12", 20, "other6xLinux64Guest"],
    ["tiny", "12", 10, "other3xLinux64Guest"],
  ])("%s %s on vmx-%i is %s", (family, release, hardware, expected) => {
    expect(guestOs(os(family, release), hardware).vmware).toBe(expected);
  });

  test("an unknown system is some 64-bit Linux", () => {
    expect(guestOs(undefined, 15)).toEqual({ cim: 101, vmware: "other4xLinux64Guest", description: "Linux (64-bit)" });
  });

  test("a description names the release", () => {
    expect(guestOs(os("debian", "12"), 15)).toMatchObject({ cim: 96, description: "Debian GNU/Linux 12 (64-bit)" });
  });
});
