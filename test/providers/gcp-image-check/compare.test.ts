import fc from "fast-check";
import { expect, test } from "vitest";
import { gcpDescription, gcpLabels } from "#model/gcp-image";
import { computeImage, type ComputeImage } from "#providers/shared/gcp/compute-image";
import { everybody, mendedPolicy, policyFaults, userRole, type Policy } from "#providers/shared/gcp/policy";
import { expectedOf, isDue, lastingFaults, settingFaults, wantedLabels } from "#providers/gcp-image-check/compare";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { inputsIn, keptExpectation, lookedAt, shortExpectation, type KeptInputs } from "#providers/gcp-image-check/kept";

const inputs: CheckInputs = {
  site: "gcp", image: "tiny", version: "2026.1101.1", format: "gce", project: "p", bucket: "b", key: "a1".repeat(32), sha256: "b2".repeat(32), stack: "imagefleet/test", superseded: false, made: "2026-11-21T00:00:00Z",
  labels: { team: "platform" }, guestOsFeatures: ["GVNIC", "UEFI_COMPATIBLE"], licenses: ["https://www.googleapis.com/compute/v1/projects/p/global/licenses/l"], storageLocations: ["EU"], architecture: "X86_64", diskSizeGb: 1, members: ["group:a@example.com"],
};

const right = computeImage({
  id: "1", name: "tiny-2026-1101-1", status: "READY", description: gcpDescription(inputs), labels: gcpLabels({ labels: inputs.labels }, inputs), guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }],
  licenses: ["https://compute.googleapis.com/compute/v1/projects/p/global/licenses/l"], storageLocations: ["eu"], diskSizeGb: "1", archiveSizeBytes: "5",
});

function found(changes: Partial<ComputeImage>, deprecated = false): string[] {
  return [...lastingFaults(inputs, { ...right, ...changes }), ...settingFaults(expectedOf(inputs, deprecated), { ...right, ...changes })];
}

test("an image that is as expected differs in nothing, whatever Google's own labels", () => {
  expect(found({})).toEqual([]);
  expect(found({ labels: { ...right.labels, "goog-managed-by": "x" } })).toEqual([]);
});

test("each difference is named", () => {
  const { team: _, ...labels } = right.labels;
  expect(found({ labels: { ...labels, "imagefleet-key": "other", added: "1" }, description: "", deprecation: "OBSOLETE", architecture: "ARM64", diskSizeGb: 2, guestOsFeatures: ["GVNIC"], licenses: [], storageLocations: ["us"] })).toEqual([
    "its disk has 2 GiB, not 1", "its architecture is ARM64, not X86_64", "guest OS features: GVNIC, not GVNIC, UEFI_COMPATIBLE", "licences: none, not projects/p/global/licenses/l", "kept in: us, not eu",
    "label team missing", "label imagefleet-key changed", "label added added", "description changed", "it is obsolete, not active",
  ]);
});

test("the state keeps all that is expected, and a later look has the digests of the image, where they are the right ones", () => {
  for (const each of [inputs, { ...inputs, superseded: true, labels: {}, guestOsFeatures: [], members: [], kmsKey: "k", deprecateAt: "2027-11-01T00:00:00Z" }]) {
    const { site, image, version, format, made, ...facts } = each;
    const kept: KeptInputs = { of: `${site}/${image}@${version}/${format}`, made, expected: keptExpectation(facts) };
    expect(inputsIn(kept)).toEqual(each);
    const outputs = { made, expected: shortExpectation(kept.expected), identity: "1", deprecated: false, state: "correct" };
    expect(JSON.stringify(outputs)).not.toContain(inputs.key.slice(0, 8));
    expect(lookedAt(kept.of, outputs, right)).toEqual({ inputs: each, known: true });
    const other = gcpDescription({ ...inputs, sha256: "b3".repeat(32) });
    for (const description of ["", "edited", other]) expect(lookedAt(kept.of, outputs, { ...right, description })).toMatchObject({ known: false, inputs: { key: inputs.key.slice(0, 63) } });
  }
});

test("its time comes with the instant, and an image that is deprecated before it is not as expected", () => {
  expect([isDue({}), isDue({ deprecateAt: "2027-11-01T00:00:00Z" }, Date.parse("2027-10-31")), isDue({ deprecateAt: "2027-11-01T00:00:00Z" }, Date.parse("2027-11-01"))]).toEqual([false, false, true]);
  expect(found({ deprecation: "DEPRECATED" })).toEqual(["it is deprecated, not active"]);
  expect(found({ deprecation: "DEPRECATED" }, true)).toEqual([]);
});

test("what channels have set is theirs: their labels, the family, and in it whether the image is deprecated", () => {
  const labels = { ...right.labels, "imagefleet-channel-stable": "2026-1101-1" };
  expect(found({ labels, family: "tiny-stable" })).toEqual([]);
  expect(found({ labels, family: "tiny-stable", deprecation: "DEPRECATED" })).toEqual([]);
  expect(found({ family: "tiny-stable" }, true)).toEqual([]);
  expect(found({ family: "tiny-stable", deprecation: "OBSOLETE" })).toEqual(["it is obsolete, not deprecated"]);
  expect(found({ family: "somebody-elses", deprecation: "DEPRECATED" })).toEqual(["it is deprecated, not active"]);
  expect(wantedLabels(right.labels, { labels: { ...labels, added: "1" } })).toEqual(labels);
});

const anyMember = fc.constantFrom(...everybody, "group:a@example.com", "user:b@example.com", "domain:example.com");
const anyBinding = fc.record({ role: fc.constantFrom(userRole, "roles/compute.admin", "roles/viewer"), members: fc.uniqueArray(anyMember), condition: fc.option(fc.constant({ title: "c" }), { nil: undefined }) });

test("whoever was let in, the mended policy lets in just the members, shows the image to nobody else, and leaves other roles to those who have them", () => {
  fc.assert(fc.property(fc.array(anyBinding), fc.uniqueArray(fc.constantFrom("group:a@example.com", "domain:example.com")), (bindings, members) => {
    const policy: Policy = { etag: "x", bindings };
    const mended = mendedPolicy(policy, members);
    expect(policyFaults(mended, members)).toEqual([]);
    expect(mended.etag).toBe("x");
    expect(JSON.stringify(mended)).not.toMatch(/allUsers|allAuthenticatedUsers/);
    expect(mendedPolicy(mended, members)).toEqual(mended);
  }));
});

test("an image that everybody may use is called public", () => {
  expect(policyFaults({ bindings: [{ role: userRole, members: ["allUsers", "group:x@example.com"] }, { role: "roles/viewer", members: ["allAuthenticatedUsers"] }] }, ["group:a@example.com"])).toEqual([
    "public: allUsers may use it", "group:x@example.com may use it, who is no member in the configuration", "public: allAuthenticatedUsers has roles/viewer", "group:a@example.com may not use it",
  ]);
});
