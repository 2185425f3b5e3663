import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

test("the shell's serialized text is small and names no path", async () => {
  const recorded: Record<string, unknown>[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => (recorded.push(inputs as Record<string, unknown>), { id: `${name}-id`, state: inputs as Record<string, unknown> }),
    call: () => { throw new Error("no calls"); },
  });
  const { EbsSnapshot } = await import("#providers/ebs-snapshot/resource");
  const snapshot = new EbsSnapshot("aws/tiny@2026.1101.1/raw/snapshot", { site: "aws", region: "eu-central-1", image: "tiny", version: "2026.1101.1", format: "raw", sha256: "a".repeat(64), bytes: 1, virtualBytes: 1, stack: "p/s", tags: {} });
  await new Promise((resolve) => pulumi.output(snapshot.id).apply(resolve));
  const { __provider: text, sha256 } = recorded[0] as { __provider: string; sha256: string };
  expect(text.length).toBeLessThan(2_000);
  expect(text).not.toContain(process.cwd());
  expect(sha256).toBe("a".repeat(16));
});
