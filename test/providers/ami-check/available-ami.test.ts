import { expect, test } from "vitest";
import type { Ami } from "#providers/shared/aws/ami";
import { availableAmi, type Patience } from "#providers/ami-check/available-ami";

const patience: Patience = { firstPauseMs: 0, longestPauseMs: 0, attempts: 40, absences: 12 };

/** Answers one after the other, the last one again and again. */
function looks(...states: (string | undefined)[]) {
  const asked = { times: 0 };
  const look = async () => {
    const state = states[Math.min(asked.times++, states.length - 1)];
    return state === undefined ? undefined : ({ id: "ami-1", state } as Ami);
  };
  return { asked, look };
}

test("three looks in a row must find it available: one that shows and is gone again does not count", async () => {
  const { asked, look } = looks("pending", "available", undefined, "available", "available", "pending", "available", "available", "available", undefined);
  expect(await availableAmi(look, () => {}, patience)).toMatchObject({ is: "available", ami: { id: "ami-1" } });
  expect(asked.times).toBe(9);
});

test("one that will never be available is told at once", async () => {
  const { asked, look } = looks("pending", "failed");
  expect(await availableAmi(look, () => {}, patience)).toMatchObject({ is: "dead", ami: { state: "failed" } });
  expect(asked.times).toBe(2);
});

test("one that nobody has seen for a while is absent; one that stays pending is late, and every fifth look is told", async () => {
  expect(await availableAmi(looks(undefined).look, () => {}, patience)).toEqual({ is: "absent" });
  const said: string[] = [];
  expect(await availableAmi(looks("pending").look, (text) => said.push(text), patience)).toMatchObject({ is: "late", ami: { state: "pending" } });
  expect(said).toHaveLength(8);
  expect(said[0]).toBe("ami-1 is pending; attempt 5 of 40");
});
