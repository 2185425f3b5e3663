import { expect, test } from "vitest";
import { provider } from "#providers/release-status/provider";
import { requireSteadyDiff } from "../any-diff.ts";

const inputs = { site: "corp", vcenter: "hub", image: "debian-12", version: "2026.1101.2", stack: "imagefleet/production", reason: "CVE-2026-0001" };

test("a diff is sure of what it calls unchanged, and answers whatever it is given", async () => {
  await requireSteadyDiff(provider.diff, { ...inputs, state: "correct" }, inputs);
  expect(await provider.diff("id", { ...inputs, state: "incorrect: it is public" }, inputs)).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.diff("id", { ...inputs, state: "correct" }, { ...inputs, reason: "CVE-2026-0002" })).toMatchObject({ changes: true, replaces: [] });
});
