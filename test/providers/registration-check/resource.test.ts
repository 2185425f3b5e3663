import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
let inputs;
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((inputs = resource.inputs), { id: resource.name, state: inputs }) });
const { RegistrationCheck } = await import("#providers/registration-check/resource");
const digest = "0123456789abcdef".repeat(4);
const reference = "images/debian-12/2026.1101.12/formats/qcow2/";
const properties = {
  imagefleet_image: "debian-12", imagefleet_version: "2026.1101.12", imagefleet_key: digest, imagefleet_sha256: digest, imagefleet_stack: "imagefleet/production",
  imagefleet_channel: "latest", imagefleet_sbom: reference + "sbom.cdx.json", imagefleet_seal: reference + "SHA256SUMS.asc", os_distro: "debian", os_version: "12",
  architecture: "x86_64", hw_disk_bus: "virtio", hw_firmware_type: "uefi", hw_machine_type: "q35", hw_qemu_guest_agent: "yes", hw_rng_model: "virtio",
  hw_video_model: "virtio", hw_vif_model: "virtio", os_require_quiesce: "yes", os_type: "linux",
};
const expected = { visibility: "shared", hidden: true, protected: true, tags: ["imagefleet", "debian"], members: ["0123456789abcdef0123456789abcdef"], properties };
const { id } = new RegistrationCheck("frankfurt/debian-12@2026.1101.12/qcow2/check", {
  site: "frankfurt", kind: "openstack", cloud: "corporate", region: "eu-de-1", imageId: "01234567-89ab-cdef-0123-456789abcdef", image: "debian-12", version: "2026.1101.12",
  format: "qcow2", sha256: digest, expected,
});
await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(inputs));
`;

interface Inputs {
  readonly __provider: string;
  readonly expected: Record<string, unknown>;
  readonly [name: string]: unknown;
}

const { __provider: text, ...inputs } = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as Inputs;

test("the shell kept in the state is small and holds no path", () => {
  expect(text).toContain("#providers/registration-check/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

/** What the engine keeps around a resource's properties. */
const type = "pulumi-nodejs:dynamic/imagefleet:RegistrationCheck";
const component = "urn:pulumi:production::imagefleet::imagefleet:index:OsImage";
const name = "frankfurt/debian-12@2026.1101.12/qcow2";
const image = `${component}$openstack:images/image:Image::${name}`;
const around = {
  urn: `${component}$${type}::${name}/check`, custom: true, id: name, type, parent: `${component}::debian-12`, provider: "urn:pulumi:production::imagefleet::pulumi:providers:pulumi-nodejs::default::01234567-89ab-cdef-0123-456789abcdef",
  dependencies: [image], propertyDependencies: { expected: [], imageId: [image], of: [], sha256: [], where: [] }, created: "2026-11-21T10:00:00.000000001Z", modified: "2026-11-21T10:00:00.000000001Z",
};

test("the state of a check of an image with twenty properties is at most 2 KB besides its provider's text", () => {
  const { where, imageId, expected: { kept: _, ...expected } } = inputs;
  const outputs = { where, imageId, expected, stack: "imagefleet/production", hash: `sha512:${"0".repeat(24)}`, state: "incorrect: property hw_disk_bus changed; hidden" };
  expect(Buffer.byteLength(JSON.stringify({ ...around, inputs, outputs }))).toBeLessThanOrEqual(2048);
});
