import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shortExpectation } from "#providers/azure-image-check/expectation";
import type { AzureCheckInputs, AzureCheckOutputs } from "#providers/azure-image-check/inputs";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const inputs = {};
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((inputs[resource.name] = resource.inputs), { id: resource.name, state: resource.inputs }) });
const { AzureImageCheck } = await import("#providers/azure-image-check/resource");
const { PageBlob } = await import("#providers/page-blob/resource");
const digest = "0123456789abcdef".repeat(4);
const place = { gallery: "fleet", subscription: "01234567-89ab-cdef-0123-456789abcdef", resourceGroup: "images", storageAccount: "imagesstaging", container: "imagefleet" };
const of = "azure-main/debian-12@2026.1101.12/vhd";
const imageId = "/subscriptions/" + place.subscription + "/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/debian-12/versions/2026.1101.12";
const tags = { team: "platform", "imagefleet:image": "debian-12", "imagefleet:version": "2026.1101.12", "imagefleet:key": digest, "imagefleet:sha256": digest, "imagefleet:stack": "imagefleet/production", "imagefleet:channel": "latest" };
const regions = ["westeurope", "northeurope", "eastus"].map((region) => ({ region, replicas: 2 }));
const check = new AzureImageCheck("check", { of, place, expected: { tags, size: 32, generation: "V2", features: ["SecurityType=TrustedLaunchSupported"], regions, endOfLife: "2027-11-01T00:00:00Z" } });
const blob = new PageBlob("blob", { of, place, target: imageId, key: digest, sha256: digest, stack: "imagefleet/production" });
await new Promise((resolve) => pulumi.all([check.id, blob.id]).apply(resolve));
console.log(JSON.stringify(inputs));
`;

type Inputs = { readonly __provider: string } & Record<string, unknown>;

const shells = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as { check: Inputs; blob: Inputs };

test.each([["check", "azure-image-check"], ["blob", "page-blob"]] as const)("the shell of the %s kept in the state is small and holds no path", (name, folder) => {
  const text = shells[name].__provider;
  expect(text).toContain(`#providers/${folder}/provider`);
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

const of = "azure-main/debian-12@2026.1101.12/vhd";
const stack = "urn:pulumi:production::imagefleet";
const component = `${stack}::imagefleet:index:OsImage`;

/** With what the engine keeps around a resource's properties. */
function bytesOf(type: string, name: string, dependency: string, { __provider: _, ...inputs }: Inputs, outputs: object): number {
  const around = {
    urn: `${component}$${type}::${name}`, custom: true, id: of, type, parent: `${component}::debian-12`, provider: `${stack}::pulumi:providers:pulumi-nodejs::default::01234567-89ab-cdef-0123-456789abcdef`,
    dependencies: [dependency], propertyDependencies: Object.fromEntries(["__provider", ...Object.keys(inputs)].map((property) => [property, []])), created: "2026-11-21T10:00:00.000000001Z", modified: "2026-11-21T10:00:00.000000001Z",
  };
  return Buffer.byteLength(JSON.stringify({ ...around, inputs, outputs }));
}

test("the state of a check is at most 2 KB besides its provider's text", () => {
  const { where, expected } = shells.check as unknown as AzureCheckInputs;
  const outputs: AzureCheckOutputs = { where, expected: shortExpectation(expected), state: "incorrect: tag team is others, not platform; not in northeurope" };
  const bytes = bytesOf("pulumi-nodejs:dynamic/imagefleet:AzureImageCheck", `${of}/check`, `${component}$azure-native:compute:GalleryImageVersion::${of}`, shells.check, outputs);
  expect(bytes).toBeLessThanOrEqual(2048);
});

test("the state of a blob is at most 2 KB besides its provider's text", () => {
  const { __provider: _, ...inputs } = shells.blob;
  const outputs = { ...inputs, uri: "https://imagesstaging.blob.core.windows.net/imagefleet/debian-12-2026.1101.12.vhd", state: "correct" };
  const bytes = bytesOf("pulumi-nodejs:dynamic/imagefleet:PageBlob", `${of}/blob`, `${component}$pulumi-nodejs:dynamic/imagefleet:Hold::hold/debian-12@2026.1101.12`, shells.blob, outputs);
  expect(bytes).toBeLessThanOrEqual(2048);
});
