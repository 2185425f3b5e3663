import { expect, test } from "vitest";
import { defaultGates } from "#model/config/gates-schema";
import { gatesOf } from "#providers/inspection/gates";

const scanner = { command: ["scan", "{root}"], report: "trivy", failOn: "critical" } as const;

test("gates run from the quick to the slow, those that are configured among them, each with its threshold", async () => {
  const named = async (config: Parameters<typeof gatesOf>[0]) => (await gatesOf(config)).map(({ name, failOn }) => `${name} ${failOn}`);
  expect((await named(defaultGates)).map((line) => line.split(" ")[0])).toEqual(["hygiene", "packages", "boot"]);
  const compliance = { content: "ds.xml", profile: "p", allow: [], failOn: "high" } as const;
  expect(await named({ ...defaultGates, hygiene: { failOn: "medium" }, compliance, scanners: { grype: scanner, trivy: { ...scanner, failOn: "low" } } })).toEqual(
    ["hygiene medium", expect.stringMatching(/^packages /), "compliance high", "scan-grype critical", "scan-trivy low", expect.stringMatching(/^boot /)]);
});
