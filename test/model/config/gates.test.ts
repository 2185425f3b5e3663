import { describe, expect, it } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { formatsOf } from "#model/config/sites/site-kinds";
import { faultsOf } from "./faults-of.ts";
import { valid, type Raw } from "./valid.ts";

const gatesOf = (change: (raw: Raw) => void, image = "web") => parseConfig(valid(change)).images[image]!.gates;

describe("gates of an image", () => {
  it("are the fleet's, with those of the defaults, the image and its target over them, setting by setting", () => {
    const seed = (raw: Raw): void => {
      raw.gates = { boot: { buses: ["virtio", "scsi"], timeout: 9, grow: 4, throughput: 100 } };
      raw.defaults = { images: { gates: { boot: { timeout: 8, throughput: 200 }, hygiene: { failOn: "medium" } } } };
      raw.images.web.gates = { boot: { throughput: 300, buses: ["sata"] } };
      raw.images.web.targets = { aws: { gates: { boot: { throughput: 400 } } } };
    };
    expect(gatesOf(seed, "debian").boot).toMatchObject({ buses: ["virtio", "scsi"], timeout: 8, grow: 4, throughput: 200 });
    expect(gatesOf(seed)).toMatchObject({ boot: { buses: ["sata"], timeout: 8, grow: 4, throughput: 300 }, hygiene: { failOn: "medium" } });
    expect(gatesOf(seed, "web-aws").boot).toMatchObject({ buses: ["sata"], timeout: 8, throughput: 400 });
  });

  it("have a compliance scan and scanners where they are configured, whoever gives which part", () => {
    const gates = gatesOf((raw) => {
      raw.gates = { compliance: { content: "ds.xml" }, scanners: { trivy: { command: ["trivy"], report: "trivy" } } };
      for (const name of ["debian", "web"]) raw.images[name].gates = { compliance: { profile: `p-${name}` } };
      raw.images.web.gates.scanners = { trivy: { failOn: "critical" }, grype: { command: ["grype"], report: "grype" } };
    });
    expect(gates.compliance).toEqual({ content: "ds.xml", profile: "p-web", allow: [], failOn: "medium" });
    expect(gates.scanners).toEqual({ grype: { command: ["grype"], report: "grype", failOn: "high" }, trivy: { command: ["trivy"], report: "trivy", failOn: "critical" } });
  });

  it("that lack something are one fault, however many images lack it", () => {
    const faults = faultsOf(valid((raw) => (raw.gates = { compliance: {}, scanners: { trivy: { comand: [], report: "trivy" } } })));
    expect(faults.map(({ path }) => path)).toEqual(["imagefleet:gates.compliance.content", "imagefleet:gates.compliance.profile", "imagefleet:gates.scanners.trivy.comand"]);
  });
});

describe("waivers", () => {
  const waiver = { rule: "hygiene/*", reason: "known", expires: "2026-11-30 00:00:00 +0000 UTC" };

  it("are given to the image they name and to no other, children included", () => {
    const { images, waivers } = parseConfig(valid((raw) => {
      raw.images.web.targets = { vagrant: {} };
      raw.waivers = [{ ...waiver, image: "web" }, { ...waiver, image: "web-vagrant" }];
    }));
    expect(images["debian"]?.waivers).toEqual([]);
    expect(images["web"]?.waivers).toEqual([waivers[0]]);
    expect(images["web-vagrant"]?.waivers[0]).toBe(waivers[1]);
  });

  it("have a plain date however YAML has dressed it, and may have expired long ago", () => {
    const { waivers } = parseConfig(valid((raw) => (raw.waivers = [{ ...waiver, image: "web" }, { ...waiver, image: "web", expires: "2001-01-01" }])));
    expect(waivers.map(({ expires }) => expires)).toEqual(["2026-11-30", "2001-01-01"]);
  });
});

describe("formats of a site", () => {
  it("are those that a local site names, each once, and a Vagrant site's providers", () => {
    const { sites } = parseConfig(valid((raw) => {
      raw.sites.desk.formats = ["qcow2", "ova-vmx-10-sha1", "qcow2"];
      raw.defaults = { sites: { vagrant: { url: "https://boxes.example.com/{site}/" } } };
      raw.sites.boxes = { kind: "vagrant", path: "boxes", providers: ["virtualbox", "libvirt"] };
    }));
    expect(formatsOf(sites["desk"]!)).toEqual(["qcow2", "ova-vmx-10-sha1"]);
    expect(sites["boxes"]).toEqual({ kind: "vagrant", name: "boxes", path: "boxes", providers: ["virtualbox", "libvirt"], url: "https://boxes.example.com/boxes" });
    expect(formatsOf(sites["boxes"]!)).toEqual(["vagrant-virtualbox", "vagrant-libvirt"]);
  });

  it("of the target Vagrant go to the sites of boxes", () => {
    const { images } = parseConfig(valid((raw) => {
      raw.sites.boxes = { kind: "vagrant", path: "boxes" };
      raw.images.web.targets = { vagrant: {} };
    }));
    expect([images["web"]?.sites, images["web-vagrant"]?.sites]).toEqual([["desk", "laptop"], ["boxes"]]);
  });
});
