import { expect, test } from "vitest";
import { vagrantCatalog } from "#providers/disk-format/vagrant-catalog";

const box = (version: string, provider: string, arch?: string) => ({ version, provider, url: `https://boxes.example.com/${version}/${provider}.box`, sha256: "a".repeat(64), ...(arch && { arch }) });

test("lists each version once, the newest first by number, with its providers", () => {
  const catalog = vagrantCatalog("debian-12", [box("2026.1101.2", "virtualbox"), box("2026.1101.10", "libvirt"), box("2026.1101.2", "libvirt"), box("2025.1201.1", "libvirt")]);
  expect(catalog.name).toBe("debian-12");
  expect(catalog.versions.map(({ version, providers }) => [version, providers.map(({ name }) => name)])).toEqual([
    ["2026.1101.10", ["libvirt"]],
    ["2026.1101.2", ["libvirt", "virtualbox"]],
    ["2025.1201.1", ["libvirt"]],
  ]);
});

test("a provider has its address, digest and Vagrant's name of the architecture", () => {
  expect(vagrantCatalog("debian-12", [box("2026.1101.1", "libvirt", "x86_64")]).versions[0]!.providers).toEqual([
    { name: "libvirt", url: "https://boxes.example.com/2026.1101.1/libvirt.box", checksum: "a".repeat(64), checksum_type: "sha256", architecture: "amd64", default_architecture: true },
  ]);
});
