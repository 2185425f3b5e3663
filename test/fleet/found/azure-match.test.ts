import { expect, test } from "vitest";
import { ourTags } from "#model/tags";
import { match } from "#fleet/found/azure-match";

const wanted = { key: "a".repeat(64), sha256: "b".repeat(64) };
const facts = { image: "debian-12", version: "2026.1101.2", ...wanted, stack: "shop/prod" };

test("a version with our tags is ours", () => {
  expect(match({ tags: ourTags(facts) }, wanted, "shop/prod")).toEqual({ is: "ours" });
  expect(match({ tags: ourTags({ ...facts, sha256: "c".repeat(64) }) }, { key: wanted.key }, "shop/prod")).toEqual({ is: "ours" });
});

test("one of another stack, build or artifact is another's; where tags lack, only the state can say", () => {
  const why = (tags: Record<string, string>) => match({ tags }, wanted, "shop/prod");
  expect(why({})).toMatchObject({ is: "unsaid", why: expect.stringMatching(/did not make it/) as string });
  expect(why(ourTags({ ...facts, stack: "shop/dev" }))).toMatchObject({ is: "other", why: expect.stringMatching(/belongs to the stack shop\/dev/) as string });
  expect(why(ourTags({ ...facts, key: "c".repeat(64) }))).toMatchObject({ is: "other", why: expect.stringMatching(/another build/) as string });
  expect(why(ourTags({ ...facts, sha256: "c".repeat(64) }))).toMatchObject({ is: "other", why: expect.stringMatching(/another artifact/) as string });
});
