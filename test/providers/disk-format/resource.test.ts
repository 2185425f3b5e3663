import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
let text;
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ inputs, name }) => ((text = inputs.__provider), { id: name, state: inputs }) });
const { DiskFormat } = await import("#providers/disk-format/resource");
const { id } = new DiskFormat("format/qcow2/a@1.101.1", { image: "a", version: "1.101.1", key: "k", format: "qcow2" });
await new Promise((resolve) => id.apply(resolve));
console.log(text);
`;

test("the shell kept in the state is small and holds no path", () => {
  const text = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() });
  expect(text).toContain("#providers/disk-format/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp|work)\//);
});
