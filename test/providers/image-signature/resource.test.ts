import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
let inputs;
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: (resource) => ((inputs = resource.inputs), { id: resource.name, state: inputs }) });
const { ImageSignature } = await import("#providers/image-signature/resource");
const { id } = new ImageSignature("frankfurt/debian-12@2026.1101.12/qcow2", { site: "frankfurt", image: "debian-12", version: "2026.1101.12", format: "qcow2", sha256: "0123456789abcdef".repeat(4), certificate: "01234567-89ab-cdef-0123-456789abcdef", keyFile: "IMAGE_SIGNING_KEY_FILE" });
await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(inputs));
`;

const { __provider: text, ...inputs } = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })) as Record<string, unknown> & { __provider: string };

test("the shell kept in the state is small and holds no path", () => {
  expect(text).toContain("#providers/image-signature/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});

test("the inputs are what the provider is asked for, and short", () => {
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(["certificate", "keyFile"]));
  expect(Buffer.byteLength(JSON.stringify(inputs))).toBeLessThan(700);
});
