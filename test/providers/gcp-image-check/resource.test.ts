import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shortExpectation, type CheckOutputs, type KeptInputs } from "#providers/gcp-image-check/kept";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const made = {};
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((made[resource.name] = resource.inputs), { id: resource.name, state: resource.inputs }) });
const { GcpImageCheck } = await import("#providers/gcp-image-check/resource");
const { GcsObject } = await import("#providers/gcs-object/resource");
const digest = "0123456789abcdef".repeat(4);
const release = { site: "gcp-main", image: "debian-12", version: "2026.1101.12", format: "gce", project: "images-production", bucket: "images-production-import", key: digest, sha256: digest, stack: "imagefleet/production" };
const check = new GcpImageCheck("check", {
  ...release, superseded: false, made: "2026-11-21T02:00:00.000-08:00", labels: { team: "platform", cost: "shared" }, licenses: [], storageLocations: ["eu"], members: ["group:builders@example.com", "domain:example.com"],
  guestOsFeatures: ["GVNIC", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE"], architecture: "X86_64", diskSizeGb: 10, deprecateAt: "2027-11-01T00:00:00Z",
});
const object = new GcsObject("object", { ...release, bytes: 612345678, recipe: "0123456789ab" });
await Promise.all([check.id, object.id].map((id) => new Promise((resolve) => id.apply(resolve))));
console.log(JSON.stringify(made));
`;

type Inputs = { readonly __provider: string } & Record<string, unknown>;

const made = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as { check: Inputs; object: Inputs };

test.each([["check", "gcp-image-check"], ["object", "gcs-object"]] as const)("the shell of the %s kept in the state is small and holds no path", (name, folder) => {
  const text = made[name].__provider;
  expect(text).toContain(`#providers/${folder}/provider`);
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

test("inputs and outputs of the object are at most 2 KB besides its provider's text", () => {
  const { __provider: _, ...inputs } = made.object;
  const outputs = { ...inputs, identity: "1234567890123456789 612345678", state: "unreachable: the project does not answer" };
  expect(Buffer.byteLength(JSON.stringify({ inputs, outputs }))).toBeLessThanOrEqual(2048);
});

/** What the engine keeps around a resource's properties. */
const type = "pulumi-nodejs:dynamic/imagefleet:GcpImageCheck";
const stack = "urn:pulumi:production::imagefleet";
const component = `${stack}::imagefleet:index:OsImage`;
const name = "gcp-main/debian-12@2026.1101.12/gce";
const image = `${component}$gcp:compute/image:Image::${name}`;
const around = {
  urn: `${component}$${type}::${name}/check`, custom: true, id: name, type, parent: `${component}::debian-12`, provider: `${stack}::pulumi:providers:pulumi-nodejs::default::01234567-89ab-cdef-0123-456789abcdef`,
  dependencies: [image, `${component}$gcp:compute/imageIamMember:ImageIamMember::${name}/member/01234567`],
  propertyDependencies: { __provider: [], expected: [], made: [image], of: [] }, created: "2026-11-21T10:00:00.000000001Z", modified: "2026-11-21T10:00:00.000000001Z",
};

test("the state of a check of an image that a member may use is at most 2 KB besides its provider's text", () => {
  const { __provider: _, ...inputs } = made.check;
  const { made: since, expected } = inputs as unknown as KeptInputs;
  const outputs: CheckOutputs = { made: since, expected: shortExpectation(expected), identity: "1234567890123456789 612345678", deprecated: false, state: "incorrect: label team changed; public: allAuthenticatedUsers may use it" };
  expect(Buffer.byteLength(JSON.stringify({ ...around, inputs, outputs }))).toBeLessThanOrEqual(2048);
});
