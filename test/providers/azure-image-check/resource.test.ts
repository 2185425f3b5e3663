import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const inputs = [];
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => (inputs.push(resource.inputs), { id: resource.name, state: resource.inputs }) });
const { AzureImageCheck } = await import("#providers/azure-image-check/resource");
const { PageBlob } = await import("#providers/page-blob/resource");
const digest = "0123456789abcdef".repeat(4);
const place = { subscription: "01234567-89ab-cdef-0123-456789abcdef", resourceGroup: "images", storageAccount: "imagesstaging", container: "imagefleet" };
const of = "azure-main/debian-12@2026.1101.12/vhd";
const imageId = "/subscriptions/" + place.subscription + "/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/debian-12/versions/2026.1101.12";
const tags = { team: "platform", "imagefleet:image": "debian-12", "imagefleet:version": "2026.1101.12", "imagefleet:key": digest, "imagefleet:sha256": digest, "imagefleet:stack": "imagefleet/production", "imagefleet:channel": "latest" };
const regions = ["westeurope", "northeurope", "eastus"].map((region) => ({ region, replicas: 2 }));
const check = new AzureImageCheck("check", { of, place, imageId, expected: { tags, size: 32, generation: "V2", features: ["SecurityType=TrustedLaunchSupported"], regions, endOfLife: "2027-11-01T00:00:00Z" } });
const blob = new PageBlob("blob", { of, place, target: imageId, key: digest, sha256: digest, stack: "imagefleet/production" });
await new Promise((resolve) => pulumi.all([check.id, blob.id]).apply(resolve));
console.log(JSON.stringify(inputs));
`;

interface Inputs {
  readonly __provider: string;
  readonly [name: string]: unknown;
}

const shells = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as Inputs[];

test("the shells kept in the state are small and hold no path", () => {
  expect(shells.map(({ __provider: text }) => /#providers\/([\w-]+)\/provider/.exec(text)?.[1]).sort()).toEqual(["azure-image-check", "page-blob"]);
  for (const { __provider: text } of shells) {
    expect(Buffer.byteLength(text)).toBeLessThan(2000);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
  }
});

test("what each keeps, once as inputs and once as outputs, is at most 2 KB", () => {
  for (const { __provider: _, ...inputs } of shells) expect(2 * Buffer.byteLength(JSON.stringify(inputs)) + 60).toBeLessThanOrEqual(2048);
});
