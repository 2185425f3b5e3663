import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const made = [];
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ inputs, name }) => (made.push(inputs), { id: name, state: inputs }) });
const { LibrarySync } = await import("#providers/library-sync/resource");
const { SubscribedLibrary } = await import("#providers/subscribed-library/resource");
const { TestDeploy } = await import("#providers/test-deploy/resource");
const address = { server: "vc.example.com", credentials: "VC", libraryId: "l" };
const resources = [
  new LibrarySync("corp/vc-b/sync", { ...address, site: "corp", vcenter: "vc-b", download: "immediate", publisher: { ...address, vcenter: "vc-a" }, items: ["b-1.1.1", "a-1.1.2", "a-1.1.1"] }),
  new SubscribedLibrary("corp/vc-b/library", { ...address, site: "corp", vcenter: "vc-b", library: "imagefleet", description: "d", datacenter: "dc", datastore: "ds", download: "immediate", subscriptionUrl: "https://vc/", publisher: { vcenter: "vc-a", server: "vc" } }),
  new TestDeploy("corp/vc-b/a@1.1.1/deploy", { ...address, site: "corp", vcenter: "vc-b", image: "a", version: "1.1.1", datacenter: "dc", resourcePool: "pool", timeout: 15, keep: false }),
];
for (const { id } of resources) await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(made));
`;

test("the shells kept in the state are small and hold no path, and names of items are folded", () => {
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() });
  const made: Record<string, string>[] = JSON.parse(out);
  expect(made).toHaveLength(3);
  expect(made.map(({ items }) => items)).toContain("a-1.1.{1,2} b-1.1.1");
  for (const { __provider: text = "" } of made) {
    expect(text).toContain("#providers/");
    expect(Buffer.byteLength(text)).toBeLessThan(2000);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp|work)\//);
  }
});
