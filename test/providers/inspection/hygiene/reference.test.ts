import { expect, test } from "vitest";
import { hygieneReference } from "../../../../providers/inspection/hygiene/reference.ts";
import { rules } from "../../../../providers/inspection/hygiene/rules.ts";

test("the reference has a row for every rule, with four cells", () => {
  const rows = hygieneReference().split("\n").filter((line) => line.startsWith("| `hygiene/"));
  expect(rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1])).toEqual(rules.map(({ id }) => id));
  for (const row of rows) expect(row.split(/(?<!\\)\|/), row).toHaveLength(6);
});
