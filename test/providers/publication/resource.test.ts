import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

test("the shell's serialized text is small and names no path", async () => {
  const recorded: Record<string, unknown>[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => (recorded.push(inputs as Record<string, unknown>), { id: `${name}-id`, state: inputs as Record<string, unknown> }),
    call: () => { throw new Error("no calls"); },
  });
  const { Publication } = await import("#providers/publication/resource");
  const publication = new Publication("publication/tiny@2026.1101.1", { image: "tiny", version: "2026.1101.1", project: "p", stack: "s", sites: ["desk"], away: [], seen: { desk: 1 } });
  await new Promise((resolve) => pulumi.output(publication.id).apply(resolve));
  const text = recorded[0]!["__provider"] as string;
  expect(text.length).toBeLessThan(2_000);
  expect(text).not.toContain(process.cwd());
});
