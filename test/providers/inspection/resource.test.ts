import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const texts = [];
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ inputs, name }) => (texts.push(inputs.__provider), { id: name, state: inputs }) });
const { Inspection } = await import("#providers/inspection/resource");
const { id } = new Inspection("inspection/a@1.101.1", { image: "a", version: "1.101.1", key: "k", gateSet: "g" });
await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(texts));
`;

test("the shell kept in the state is small and holds no path", () => {
  const [text] = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() })) as [string];
  expect(text).toContain("#providers/inspection/provider");
  expect(Buffer.byteLength(text)).toBeLessThan(2000);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp)\//);
});
