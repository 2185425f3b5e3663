import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
let inputs;
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((inputs = resource.inputs), { id: resource.name, state: inputs }) });
const { TestInstance } = await import("#providers/test-instance/resource");
const { id } = new TestInstance("frankfurt/debian-12@2026.1101.12/qcow2", { site: "frankfurt", cloud: "corporate", region: "eu-de-1", imageId: "01234567-89ab-cdef-0123-456789abcdef", image: "debian-12", version: "2026.1101.12", stack: "imagefleet/production", server: { flavor: "m1.small", network: "build-net", floatingNetwork: "public", securityGroups: ["ssh"], user: "debian", timeout: 15, keep: false } });
await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(inputs));
`;

const { __provider: text, ...inputs } = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })) as Record<string, unknown> & { __provider: string };

test("the shell kept in the state is small and holds no path", () => {
  expect(text).toContain("#providers/test-instance/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

test("the inputs are what the provider is asked for, and short", () => {
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(["imageId", "server"]));
  expect(Buffer.byteLength(JSON.stringify(inputs))).toBeLessThan(700);
});
