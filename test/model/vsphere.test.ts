import fc from "fast-check";
import { expect, test } from "vitest";
import type { VsphereSite } from "#model/config/sites/vsphere";
import { namePattern } from "#model/config/values";
import { itemDescription, itemReference, readItemDescription, trustVariable } from "#model/vsphere";

const name = fc.stringMatching(namePattern);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);

test("what an item's description says is read back", () => {
  fc.assert(fc.property(name, name, digest, digest, (project, stack, key, sha256) => {
    expect(readItemDescription(itemDescription({ project, stack }, key, sha256))).toEqual({ owner: `${project}/${stack}`, key, sha256 });
  }));
});

test.each(["", "a template", `imagefleet p/s key:ab sha256:${"0".repeat(63)}`, ` ${itemDescription({ project: "p", stack: "s" }, "ab", "0".repeat(64))}`])("someone else's description says nothing: %j", (text) => {
  expect(readItemDescription(text)).toBeUndefined();
});

test("every vCenter of every site has a variable of its own, which any shell takes", () => {
  expect(trustVariable("corp", "vc-a")).toBe("IMAGEFLEET_TRUST_CORP_vc_a");
  fc.assert(fc.property(name, name, name, name, (site, vcenter, site2, vcenter2) => {
    expect(trustVariable(site, vcenter)).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    expect(trustVariable(site, vcenter) === trustVariable(site2, vcenter2)).toBe(site === site2 && vcenter === vcenter2);
  }));
  // names whose hyphens could be taken for what stands between site and vCenter
  expect(trustVariable("a-b", "c")).not.toBe(trustVariable("a", "b-c"));
});

test("deployment tools read where an item is, by the format that it was sent in", () => {
  const vcenter = (own: string, library = "imagefleet") => ({ name: own, server: own, credentials: "CORP", datacenter: "dc", datastore: "ds", library });
  const site: VsphereSite = {
    kind: "vsphere", name: "corp",
    publishers: [
      { ...vcenter("hub"), format: "ova", subscribers: [{ ...vcenter("vc01"), download: "immediate" }, { ...vcenter("vc02", "images"), download: "on-demand" }] },
      { ...vcenter("hub-old"), format: "ova-vmx-10-sha1", subscribers: [] },
    ],
  };
  const release = { image: "debian-12", version: "2026.1101.2" };
  expect(itemReference(site, release, "ova")).toBe("imagefleet/debian-12-2026.1101.2 on hub, vc01; images/debian-12-2026.1101.2 on vc02");
  expect(itemReference(site, release, "ova-vmx-10-sha1")).toBe("imagefleet/debian-12-2026.1101.2 on hub-old");
});
