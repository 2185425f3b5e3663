import { expect, test } from "vitest";
import { add, closingLines, noTests } from "../../../tools/test/tally.ts";

test("the last line has the sums, and each skipped test stands before it with its reason", () => {
  const tally = add({ passed: 2, failed: 1, skipped: [] }, { passed: 3, failed: 0, skipped: [{ name: "boots", reason: "no QEMU" }] });
  expect(closingLines(tally)).toEqual(["skipped: boots: no QEMU", "5 passed, 1 failed, 1 skipped"]);
  expect(closingLines(noTests)).toEqual(["0 passed, 0 failed, 0 skipped"]);
});
