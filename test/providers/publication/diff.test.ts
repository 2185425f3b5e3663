import { test } from "vitest";
import { provider } from "#providers/publication/provider";
import { requireSteadyDiff } from "../any-diff.ts";

const own = { image: "debian-12", version: "2026.1101.2", project: "imagefleet", stack: "production", distributeWithin: 24 };

test("a diff is sure of what it calls unchanged, and answers whatever it is given", async () => {
  await requireSteadyDiff(provider.diff, { ...own, hours: { desk: 1 }, pending: ["far"], state: "correct" }, { ...own, sites: ["desk", "far"], away: ["far"], seen: { desk: 1 } }, ["away", "seen"]);
});
