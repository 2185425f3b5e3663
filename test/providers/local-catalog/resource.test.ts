import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const texts = [];
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ inputs, name }) => (texts.push(inputs.__provider), { id: name, state: inputs }) });
const { LocalCatalog } = await import("#providers/local-catalog/resource");
const { Hold } = await import("#providers/hold/resource");
const resources = [
  new LocalCatalog("laptop/a@1.101.1", { site: "laptop", path: "p", image: "a", version: "1.101.1", format: "qcow2", key: "k", sha256: "s", bytes: 1 }),
  new Hold("hold/a@1.101.1", { image: "a", version: "1.101.1", project: "p", stack: "s" }),
];
for (const { id } of resources) await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(texts));
`;

test("the shells kept in the state are small and hold no path", () => {
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() });
  const texts: string[] = JSON.parse(out);
  expect(texts).toHaveLength(2);
  for (const text of texts) {
    expect(text).toContain("#providers/");
    expect(Buffer.byteLength(text)).toBeLessThan(2000);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp|work)\//);
  }
});
