import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

// In a process of its own: the test runner rewrites imports, and the serializer would capture what it made of them.
const program = `
import * as pulumi from "@pulumi/pulumi";
const made = [];
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ inputs, name }) => (made.push(inputs), { id: name, state: inputs }) });
const { ChannelFlip } = await import("#providers/channel-flip/resource");
const { ReleaseStatus } = await import("#providers/release-status/resource");
const { Revocation } = await import("#providers/revocation/resource");
const release = { image: "tiny", version: "2026.1101.1", stack: "imagefleet/test" };
const resources = [
  new ChannelFlip("channel/stable/tiny/wave-1", { ...release, channel: "stable", sha256: "ab", wave: 1, sites: ["a"], bestEffort: [], approval: false, pause: 0, last: true }),
  new ReleaseStatus("a/tiny@2026.1101.1/qcow2/status", { ...release, site: "a", reason: "CVE-2026-0001" }),
  new Revocation("revocation/tiny@2026.1101.1", { ...release, reason: "CVE-2026-0001" }),
];
for (const { id } of resources) await new Promise((resolve) => id.apply(resolve));
console.log(JSON.stringify(made));
`;

test("the shells of channels, withdrawals and revocations that are kept in the state are small and hold no path", () => {
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", cwd: process.cwd() });
  const made: Record<string, string>[] = JSON.parse(out);
  expect(made).toHaveLength(3);
  for (const { __provider: text = "" } of made) {
    expect(text).toContain("#providers/");
    expect(Buffer.byteLength(text)).toBeLessThan(2000);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/file:\/\/|node_modules|\/(?:home|root|tmp|work)\//);
  }
});
