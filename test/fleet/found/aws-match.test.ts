import { expect, test } from "vitest";
import { amiDescription } from "#model/ami-description";
import { ourTags } from "#model/tags";
import { matchAmi } from "#fleet/found/aws-match";
import type { WantedRegistration } from "#fleet/found/found";

const key = "a".repeat(64);
const sha256 = "b".repeat(64);
const wanted: WantedRegistration = { image: "debian-12", version: "2026.1101.2", format: "raw", key, sha256 };
const facts = { image: "debian-12", version: "2026.1101.2", key, sha256, stack: "shop/prod" };

test("an AMI with our tags is ours, and so is one that has none yet and says in its description what it is", () => {
  expect(matchAmi({ tags: ourTags(facts), description: "" }, wanted, "shop/prod")).toEqual({ is: "ours" });
  expect(matchAmi({ tags: {}, description: amiDescription(facts) }, wanted, "shop/prod")).toEqual({ is: "ours" });
  expect(matchAmi({ tags: {}, description: amiDescription({ ...facts, stack: "shop/dev" }) }, wanted, "shop/prod")).toMatchObject({ is: "other" });
});

test("one of nobody, of another stack, build or artifact is another's, and it is said why", () => {
  const why = (tags: Record<string, string>) => matchAmi({ tags, description: "" }, wanted, "shop/prod");
  expect(why({})).toMatchObject({ why: expect.stringMatching(/did not make it/) as string });
  expect(why(ourTags({ ...facts, stack: "shop/dev" }))).toMatchObject({ why: expect.stringMatching(/belongs to the stack shop\/dev/) as string });
  expect(why(ourTags({ ...facts, key: "c".repeat(64) }))).toMatchObject({ why: expect.stringMatching(/another build/) as string });
  expect(why(ourTags({ ...facts, sha256: "c".repeat(64) }))).toMatchObject({ why: expect.stringMatching(/another artifact/) as string });
});
