import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
let inputs;
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((inputs = resource.inputs), { id: resource.name, state: inputs }) });
const { AmiCheck } = await import("#providers/ami-check/resource");
const digest = "0123456789abcdef".repeat(4);
const { id } = new AmiCheck("aws-main/eu-central-1/debian-12@2026.1101.12/raw/check", {
  site: "aws-main", region: "eu-central-1", image: "debian-12", version: "2026.1101.12", imageId: "ami-0123456789abcdef0", key: digest, sha256: digest, stack: "imagefleet/production",
  kind: { architecture: "x86_64", bootMode: "uefi-preferred", tpm: true, latest: true, adopted: false }, tags: { team: "images" }, shares: ["111111111111", "222222222222"], deprecated: "2027-11-01T00:00:00Z",
});
await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(inputs));
`;

interface Inputs {
  readonly __provider: string;
  readonly [name: string]: unknown;
}

const { __provider: text, ...inputs } = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as Inputs;

test("the shell kept in the state is small and holds no path", () => {
  expect(text).toContain("#providers/ami-check/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

/** What the engine keeps around a resource's properties. */
const type = "pulumi-nodejs:dynamic/imagefleet:AmiCheck";
const component = "urn:pulumi:production::imagefleet::imagefleet:index:OsImage";
const name = "aws-main/eu-central-1/debian-12@2026.1101.12/raw";
const image = `${component}$aws:ec2/amiCopy:AmiCopy::${name}`;
const around = {
  urn: `${component}$${type}::${name}/check`, custom: true, id: "aws-main/debian-12@2026.1101.12/eu-central-1", type, parent: `${component}::debian-12`,
  provider: "urn:pulumi:production::imagefleet::pulumi:providers:pulumi-nodejs::default::01234567-89ab-cdef-0123-456789abcdef",
  dependencies: [image], propertyDependencies: { imageId: [image] }, created: "2026-11-21T10:00:00.000000001Z", modified: "2026-11-21T10:00:00.000000001Z",
};

test("the state of a check is at most 2 KB besides its provider's text", () => {
  const outputs = { ...inputs, state: "incorrect: ami-0123456789abcdef0 has other values of team; it is public" };
  expect(Buffer.byteLength(JSON.stringify({ ...around, inputs, outputs }))).toBeLessThanOrEqual(2048);
});
