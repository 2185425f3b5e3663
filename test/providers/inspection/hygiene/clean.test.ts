import { expect, test } from "vitest";
import { hygieneGate } from "../../../../providers/inspection/hygiene/hygiene-gate.ts";
import { rules } from "../../../../providers/inspection/hygiene/rules.ts";
import { targetTrees } from "./clean-tree.ts";
import { faulty, runSeeded } from "./run-hygiene.ts";

test("a clean image has no finding", async () => {
  const { checks, facts, files } = await runSeeded({ plant: {} });
  expect(faulty(checks)).toEqual([]);
  expect(checks).toHaveLength(rules.length);
  expect(facts).toMatchObject({ entries: expect.any(Number), freeBytes: 1024 * 1024, freeBytesNonZero: 0 });
  expect(files).toEqual([]);
});

test.for(Object.keys(targetTrees))("a clean image for %s has no finding", async (target) => {
  const { checks } = await runSeeded({ plant: {}, target });
  expect(faulty(checks)).toEqual([]);
  for (const { id, skipped } of checks) if (id.startsWith(`hygiene/${target}-`)) expect(skipped).toBeUndefined();
});

test("what is wanted for one target is not asked of others, and says so", async () => {
  const { checks } = await runSeeded({ plant: {} });
  expect(checks.find(({ id }) => id === "hygiene/vagrant-user")?.skipped).toBe("only for vagrant");
  expect(checks.find(({ id }) => id === "hygiene/azure-swap")?.skipped).toBe("only for azure");
});

test("a vagrant box that is meant for anything else is full of findings", async () => {
  const { checks } = await runSeeded({ plant: targetTrees["vagrant"]! });
  expect(faulty(checks).map(({ id }) => id)).toEqual(["hygiene/authorized-keys", "hygiene/password-hash", "hygiene/builder-user", "hygiene/sudo-nopasswd", "hygiene/sudoers-of-the-build"]);
});

test("there are at least 60 rules, and each says why and how to mend it", () => {
  expect(rules.length).toBeGreaterThanOrEqual(60);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, title, why, mend } of rules) {
    expect(id).toMatch(/^hygiene\/[a-z][a-z0-9-]+$/);
    for (const text of [title, why, mend]) expect(text.length, id).toBeGreaterThan(5);
  }
});

test("the gate has the name and the threshold of the configuration", () => {
  expect(hygieneGate({ failOn: "high" })).toMatchObject({ name: "hygiene", failOn: "high" });
});
