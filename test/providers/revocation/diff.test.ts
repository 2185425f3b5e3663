import { expect, test } from "vitest";
import { provider } from "#providers/revocation/provider";
import { requireSteadyDiff } from "../any-diff.ts";

const inputs = { image: "debian-12", version: "2026.1101.2", stack: "imagefleet/production", reason: "CVE-2026-0001", revokedWith: "debian-12-base@2026.1101.1" };

test("a diff is sure of what it calls unchanged, and answers whatever it is given", async () => {
  await requireSteadyDiff(provider.diff, inputs, inputs);
  expect(await provider.diff("id", inputs, { ...inputs, reason: "CVE-2026-0002" })).toMatchObject({ changes: true, replaces: ["reason"] });
});
