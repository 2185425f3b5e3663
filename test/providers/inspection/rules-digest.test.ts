import { expect, test } from "vitest";
import { rules } from "#providers/inspection/hygiene/rules";
import { rulesDigest } from "#providers/inspection/rules-digest";

test("the digest of the rules is the same at each call, and another one for another rule", () => {
  const before = rulesDigest();
  expect(rulesDigest()).toBe(before);
  const list = rules as (typeof rules)[number][];
  const last = list.pop()!;
  try {
    expect(rulesDigest()).not.toBe(before);
    list.unshift(last);
    expect(rulesDigest()).toBe(before);
    list.shift();
    list.push({ ...last, severity: last.severity === "info" ? "low" : "info" });
    expect(rulesDigest()).not.toBe(before);
    list.pop();
  } finally {
    list.push(last);
  }
});
