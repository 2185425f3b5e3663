import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConfigFault } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";
import { formatsOf } from "#model/config/sites/site-kinds";
import { vcentersOf, type VsphereSite } from "#model/config/sites/vsphere";
import { faultsOf } from "./faults-of.ts";
import { valid, type Raw } from "./valid.ts";

const sha256 = "0123456789abcdef".repeat(4);

/** A fleet on a region of OpenStack and on a boundary of three vCenters. */
function clouds(change: (raw: Raw) => void = () => undefined): Raw {
  return valid((raw) => {
    raw.sites.eu = { kind: "openstack", cloud: "otc", region: "eu-de" };
    raw.sites.corp = {
      kind: "vsphere", credentials: "CORP_VC", datacenter: "dc", datastore: "images",
      publishers: [
        { name: "vc01", server: "vc01.example.com", subscribers: [{ name: "vc02", server: "vc02.example.com" }] },
        { name: "vc55", server: "vc55.example.com", format: "ova-vmx-10-sha1" },
      ],
    };
    change(raw);
  });
}

type Seed = readonly [what: string, seed: (raw: Raw) => void, fault: Partial<ConfigFault> & { path: string }];

const seeds: readonly Seed[] = [
  ["no cloud", (raw) => delete raw.sites.eu.cloud, { path: "imagefleet:sites.eu.cloud", problem: "cloud is not set", hint: expect.stringContaining("imagefleet:defaults.sites.openstack.cloud") as string }],
  ["a misspelt setting", (raw) => (raw.sites.eu.visiblity = "private"), { path: "imagefleet:sites.eu.visiblity", nearest: "visibility" }],
  ["a misspelt visibility", (raw) => (raw.sites.eu.visibility = "publc"), { path: "imagefleet:sites.eu.visibility", nearest: "public", expected: "private, shared, community, public" }],
  ["public without an approval", (raw) => (raw.sites.eu.visibility = "public"), { path: "imagefleet:sites.eu.visibility", problem: "public images need an approval", hint: expect.stringContaining("publicApproval") as string }],
  ["public by default, without an approval, told once", (raw) => Object.assign(raw, { defaults: { sites: { openstack: { visibility: "public" } } }, sites: { ...raw.sites, us: { kind: "openstack", cloud: "us" } } }), { path: "imagefleet:defaults.sites.openstack.visibility" }],
  ["members of private images", (raw) => (raw.sites.eu.members = [{ project: "abc" }]), { path: "imagefleet:sites.eu.members", hint: expect.stringContaining("shared") as string }],
  ["a member that is a number", (raw) => Object.assign(raw.sites.eu, { visibility: "shared", members: [{ project: 12345 }] }), { path: "imagefleet:sites.eu.members[0].project", hint: expect.stringContaining('quote it, "12345"') as string }],
  ["a member that is too great a number", (raw) => Object.assign(raw.sites.eu, { visibility: "shared", members: [{ project: 1.2345678901234568e31 }] }), { path: "imagefleet:sites.eu.members[0].project", hint: expect.stringContaining("quote it as it was written") as string }],
  ["a member twice", (raw) => Object.assign(raw.sites.eu, { visibility: "shared", members: [{ project: "a" }, { project: "a" }] }), { path: "imagefleet:sites.eu.members[1].project" }],
  ["a property of ours", (raw) => (raw.sites.eu.properties = { imagefleet_key: "x" }), { path: "imagefleet:sites.eu.properties.imagefleet_key" }],
  ["a property of Glance's", (raw) => (raw.sites.eu.properties = { os_hash_value: "x" }), { path: "imagefleet:sites.eu.properties.os_hash_value", problem: "os_hash_value belongs to Glance" }],
  ["a property that is a setting", (raw) => (raw.sites.eu.properties = { min_disk: "5" }), { path: "imagefleet:sites.eu.properties.min_disk", hint: "set minDisk of the site" }],
  ["a property that is a number", (raw) => (raw.sites.eu.properties = { hw_video_ram: 64 }), { path: "imagefleet:sites.eu.properties.hw_video_ram", hint: expect.stringContaining('quote it, "64"') as string }],
  ["a region twice", (raw) => (raw.sites.us = { kind: "openstack", cloud: "otc", region: "eu-de" }), { path: "imagefleet:sites.us.region", problem: "the region eu-de of the cloud otc is that of the site eu already" }],
  ["an OVA for Glance", (raw) => (raw.sites.eu.format = "ova"), { path: "imagefleet:sites.eu.format", expected: "qcow2 or raw" }],
  ["a store's URL with a password", (raw) => (raw.sites.eu.webDownload = "https://me:pw@example.com"), { path: "imagefleet:sites.eu.webDownload" }],
  ["a certificate that is no UUID", (raw) => (raw.sites.eu.signature = { certificate: "x", keyFile: "KEY" }), { path: "imagefleet:sites.eu.signature.certificate", expected: "a UUID" }],
  ["a master without a flavor", (raw) => (raw.sites.eu.master = { network: "n" }), { path: "imagefleet:sites.eu.master.flavor", problem: "found nothing" }],
  ["two masters of an image", (raw) => {
    raw.sites.eu.master = { flavor: "f", network: "n" };
    raw.sites.us = { kind: "openstack", cloud: "us", master: { flavor: "f", network: "n" } };
  }, { path: "imagefleet:images.web.sites", problem: expect.stringContaining("eu, us") as string }],
  ["no publishers", (raw) => (raw.sites.corp.publishers = []), { path: "imagefleet:sites.corp.publishers", expected: "a list of vCenters, each with its name and server, at least one" }],
  ["a vCenter without a server", (raw) => delete raw.sites.corp.publishers[0].subscribers[0].server, { path: "imagefleet:sites.corp.publishers[0].subscribers[0].server", problem: "found nothing" }],
  ["a vCenter's URL in place of its name", (raw) => (raw.sites.corp.publishers[0].server = "https://vc01.example.com/ui"), { path: "imagefleet:sites.corp.publishers[0].server", hint: "leave out what is around the name: vc01.example.com" }],
  ["a vCenter's name in capitals", (raw) => (raw.sites.corp.publishers[1].name = "VC55"), { path: "imagefleet:sites.corp.publishers[1].name" }],
  ["a vCenter's name twice", (raw) => (raw.sites.corp.publishers[1].name = "vc02"), { path: "imagefleet:sites.corp.publishers[1].name", problem: "there is a vCenter vc02 in this site already" }],
  ["a server twice in a boundary", (raw) => (raw.sites.corp.publishers[1].server = "VC02.example.com:443"), { path: "imagefleet:sites.corp.publishers[1].server", problem: "vc02.example.com is a vCenter of the site corp already" }],
  ["a server in two boundaries", (raw) => (raw.sites.prod = { ...raw.sites.corp, publishers: [{ name: "vc", server: "vc02.example.com" }] }), { path: "imagefleet:sites.prod.publishers[0].server", problem: "vc02.example.com is a vCenter of the site corp already" }],
  ["a datastore that nobody says", (raw) => {
    delete raw.sites.corp.datastore;
    raw.sites.corp.publishers[1].datastore = "old";
  }, { path: "imagefleet:sites.corp.publishers[0].datastore", problem: "datastore is not set" }],
  ["a misspelt datastore, not missing as well", (raw) => Object.assign(raw.sites.corp, { datastore: undefined, datastroe: "images" }), { path: "imagefleet:sites.corp.datastroe", nearest: "datastore" }],
  ["the name of a variable in place of its beginning", (raw) => (raw.sites.corp.credentials = "CORP_VC_USER"), { path: "imagefleet:sites.corp.credentials", hint: "write what both names begin with: CORP_VC" }],
  ["a format that is no OVA", (raw) => (raw.sites.corp.publishers[0].format = "qcow2"), { path: "imagefleet:sites.corp.publishers[0].format", expected: expect.stringContaining("ova-vmx-10-sha1") as string }],
  ["a SHA-1 fingerprint", (raw) => (raw.sites.corp.publishers[0].thumbprint = Array.from({ length: 20 }, () => "AB").join(":")), { path: "imagefleet:sites.corp.publishers[0].thumbprint", hint: expect.stringContaining("-sha256") as string }],
  ["a test on an unknown vCenter", (raw) => (raw.sites.corp.testDeploy = { vcenter: "vc03", resourcePool: "p" }), { path: "imagefleet:sites.corp.testDeploy.vcenter", expected: "one of vc01, vc02, vc55", problem: 'there is no vCenter "vc03"' }],
];

describe("a fault of a private cloud", () => {
  it.each(seeds)("is reported alone, with its path: %s", (_, seed, fault) => {
    expect(faultsOf(clouds((raw) => void seed(raw)))).toEqual([expect.objectContaining(fault)]);
  });

  it("does not hide those elsewhere: all are told at once", () => {
    const apart = seeds.filter(([what]) => /public without|property of ours|SHA-1|test on an unknown|beginning/.test(what));
    fc.assert(fc.property(fc.subarray([...apart], { minLength: 2 }), (chosen) => {
      const faults = faultsOf(clouds((raw) => chosen.forEach(([, seed]) => seed(raw))));
      expect(faults.map(({ path }) => path).sort()).toEqual(chosen.map(([, , { path }]) => path).sort());
    }));
  });
});

describe("a region of OpenStack", () => {
  it("has what it says, and defaults for the rest", () => {
    expect(parseConfig(clouds()).sites["eu"]).toEqual({
      kind: "openstack", name: "eu", cloud: "otc", region: "eu-de", format: "qcow2", visibility: "private", members: [], properties: {}, tags: [], protected: false, wholeDisk: false, stuckAfter: 30,
    });
    const { sites } = parseConfig(clouds((raw) => Object.assign(raw.sites.eu, { format: "raw", webDownload: "https://store.example.com/", tags: ["a", "a"], master: { flavor: "f", network: "n" } })));
    expect(sites["eu"]).toMatchObject({ webDownload: "https://store.example.com", tags: ["a"], master: { flavor: "f", network: "n", securityGroups: [], user: "imagefleet", timeout: 15, keep: false } });
    expect(formatsOf(sites["eu"]!)).toEqual(["raw"]);
  });
});

describe("a boundary of vCenters", () => {
  const boundary = (change?: (raw: Raw) => void) => parseConfig(clouds(change)).sites["corp"] as VsphereSite;

  it("gives each vCenter what it does not say itself, a subscriber's publisher first", () => {
    const site = boundary((raw) => Object.assign(raw.sites.corp.publishers[0], { datastore: "ssd", download: "on-demand", thumbprint: sha256 }));
    expect(site.publishers[0]).toEqual({
      name: "vc01", server: "vc01.example.com", credentials: "CORP_VC", datacenter: "dc", datastore: "ssd", library: "imagefleet", thumbprint: sha256, format: "ova",
      subscribers: [{ name: "vc02", server: "vc02.example.com", credentials: "CORP_VC", datacenter: "dc", datastore: "ssd", library: "imagefleet", download: "on-demand" }],
    });
    expect(site.publishers[1]).toMatchObject({ datastore: "images", subscribers: [] });
    expect(formatsOf(site)).toEqual(["ova", "ova-vmx-10-sha1"]);
  });

  it("takes a fingerprint as any tool prints it", () => {
    const written = fc.tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.boolean(), fc.boolean());
    fc.assert(fc.property(written, ([bytes, colons, upper]) => {
      const plain = Buffer.from(bytes).toString("hex");
      const text = colons ? plain.replace(/..(?!$)/g, "$&:") : plain;
      const site = boundary((raw) => (raw.sites.corp.publishers[0].thumbprint = upper ? text.toUpperCase() : text));
      expect(site.publishers[0]?.thumbprint).toBe(plain);
    }));
  });

  it("of forty vCenters is forty short lines, each complete", () => {
    const site = boundary((raw) => (raw.sites.corp.publishers[0].subscribers = Array.from({ length: 40 }, (_, index) => ({ name: `vc-${index}`, server: `10.0.0.${index}` }))));
    expect(vcentersOf(site)).toHaveLength(42);
    for (const vcenter of vcentersOf(site)) expect(vcenter).toMatchObject({ credentials: "CORP_VC", datacenter: "dc", datastore: "images", library: "imagefleet" });
  });
});
