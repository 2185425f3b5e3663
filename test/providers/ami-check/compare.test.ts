import fc from "fast-check";
import { expect, test } from "vitest";
import { channelTag, isChannelTag, tagPrefix } from "#model/tags";
import type { Ami } from "#providers/shared/aws/ami";
import { differences, expectedTags, tagDifferences, wrongBytes, type Seen } from "#providers/ami-check/compare";
import { joinKind, kindOf, type AmiCheckInputs } from "#providers/ami-check/inputs";

const key = "0123456789abcdef".repeat(4);
const inputs: AmiCheckInputs = {
  of: "aws-main/debian-12@2026.1101.2", region: "eu-central-1", imageId: "ami-1", snapshotId: "snap-1", key, sha256: key, stack: "shop/prod",
  is: joinKind({ architecture: "x86_64", bootMode: "uefi-preferred", tpm: false, latest: true, adopted: false }), tags: { team: "images" }, shares: ["111111111111", "arn:aws:organizations::222222222222:organization/o-abc"],
  deprecated: "2027-11-01T00:00:00Z",
};
const now = Date.parse("2026-11-20T00:00:00Z");
const tags = expectedTags(inputs);
const ami: Ami = {
  id: "ami-1", name: "debian-12-2026.1101.2", state: "available", description: "", architecture: "x86_64", bootMode: "uefi-preferred", imdsV2: true, tpm: false, ena: true,
  rootDevice: "/dev/xvda", snapshots: { "/dev/xvda": "snap-1" }, public: false, deprecated: "2027-11-01T00:00:00.000Z", tags,
};
const right: Seen = { ami, snapshots: [{ id: "snap-1", encrypted: false, tags }], shares: inputs.shares! };

const found = (seen: Partial<Seen>, wanted: Partial<AmiCheckInputs> = {}) => differences({ ...inputs, ...wanted }, { ...right, ...seen }, now);
const texts = (...args: Parameters<typeof found>) => found(...args).map(({ what }) => what);

test("an AMI as it should be differs in nothing, whichever channels point at it, and its bytes are right", () => {
  expect(found({})).toEqual([]);
  expect(found({ ami: { ...ami, tags: { ...tags, [channelTag("stable")]: "2026.1101.2" } } })).toEqual([]);
  expect(wrongBytes(inputs, right)).toBeUndefined();
});

test("each thing that somebody changes is named, and has its repair where there is one", () => {
  expect(found({ ami: { ...ami, public: true }, shares: [...right.shares, "all"] })).toEqual([{ what: "it is public", repair: { is: "shares", add: [], remove: ["all"] } }]);
  expect(found({ shares: [] })).toMatchObject([{ repair: { is: "shares", add: inputs.shares, remove: [] } }]);
  expect(found({ shares: [...right.shares, "333333333333"] })).toMatchObject([{ extra: true, repair: { remove: ["333333333333"] } }]);
  expect(found({ ami: { ...ami, imdsV2: false } })).toMatchObject([{ repair: { is: "imds" } }]);
  expect(found({ ami: { ...ami, deprecated: undefined } })).toMatchObject([{ repair: { is: "deprecation", at: inputs.deprecated } }]);
  expect(found({ ami: { ...ami, tags: { ...tags, team: "others" } } })).toMatchObject([{ repair: { is: "tags", id: "ami-1", set: { team: "images" } } }]);
  expect(found({ snapshots: [{ id: "snap-1", encrypted: false, tags: {} }] })).toMatchObject([{ repair: { is: "tags", id: "snap-1", set: tags } }]);
  for (const change of [{ architecture: "arm64" }, { bootMode: "" }, { name: "else" }, { ena: false }, { tpm: true }, { rootDevice: "/dev/sda1" }, { state: "disabled" }]) {
    expect(found({ ami: { ...ami, ...change } }), JSON.stringify(change)).toMatchObject([{ what: expect.any(String) as string }]);
    expect(found({ ami: { ...ami, ...change } })[0]).not.toHaveProperty("repair");
  }
});

test("an instant of deprecation that has passed is taken as soon as EC2 allows, and then left alone", () => {
  const passed = { deprecated: "2026-11-19T00:00:00Z" };
  const [difference] = found({ ami: { ...ami, deprecated: undefined } }, passed);
  expect(difference?.repair).toEqual({ is: "deprecation", at: "2026-11-20T00:02:00.000Z" });
  expect(found({ ami: { ...ami, deprecated: "2026-11-20T00:02:00.000Z" } }, passed)).toEqual([]);
  expect(texts({}, { deprecated: undefined })).toEqual([expect.stringContaining("it is deprecated from 2027")]);
});

test("a key is compared by its id, an alias by whether there is encryption", () => {
  const with_ = (kmsKey: string | undefined, encrypted = true) => ({ snapshots: [{ id: "snap-1", encrypted, tags, ...(kmsKey !== undefined && { kmsKey }) }] });
  const arn = "arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555";
  expect(texts(with_(arn), { kmsKey: "11111111-2222-3333-4444-555555555555" })).toEqual([]);
  expect(texts(with_(arn), { kmsKey: arn })).toEqual([]);
  expect(texts(with_(arn), { kmsKey: "alias/images" })).toEqual([]);
  expect(texts(with_(arn), { kmsKey: "99999999-2222-3333-4444-555555555555" })).toEqual([expect.stringContaining("encrypted with the key")]);
  expect(texts(with_(undefined, false), { kmsKey: "alias/images" })).toEqual(["snap-1 is not encrypted"]);
  expect(texts(with_(arn))).toEqual([]);
});

test("an AMI of another snapshot, or a copy whose snapshot says that it is another release's, has wrong bytes", () => {
  expect(wrongBytes(inputs, { ...right, ami: { ...ami, snapshots: { "/dev/xvda": "snap-2" } } })).toMatch(/snap-2, not snap-1/);
  expect(wrongBytes(inputs, { ...right, snapshots: [] })).toMatch(/snap-1 is gone/);
  expect(wrongBytes(inputs, { ...right, ami: { ...ami, snapshots: {} } })).toMatch(/no snapshot/);
  const copy = { ...inputs, snapshotId: undefined };
  expect(wrongBytes(copy, { ...right, snapshots: [{ id: "snap-1", encrypted: false, tags: {} }] })).toBeUndefined();
  expect(wrongBytes(copy, { ...right, snapshots: [{ id: "snap-1", encrypted: false, tags: { ...tags, [`${tagPrefix}sha256`]: "f".repeat(64) } }] })).toMatch(/another artifact/);
});

test("whatever tags a thing has, the repairs make ours exactly right and leave everybody else's alone", () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(tags)), fc.string().map(channelTag), fc.string({ minLength: 1 }).map((text) => `${tagPrefix}${text}`), fc.string({ minLength: 1 }));
  fc.assert(fc.property(fc.dictionary(name, fc.string(), { noNullPrototype: true }), (actual) => {
    const after = new Map(Object.entries(actual));
    for (const { repair } of tagDifferences("ami-1", tags, actual)) {
      if (repair?.is !== "tags") throw new Error("no repair");
      for (const [tag, value] of Object.entries(repair.set)) after.set(tag, value);
      for (const tag of repair.remove) after.delete(tag);
    }
    const others = Object.entries(actual).filter(([tag]) => !Object.hasOwn(tags, tag) && (!tag.startsWith(tagPrefix) || isChannelTag(tag)));
    expect(Object.fromEntries(after)).toEqual({ ...Object.fromEntries(others), ...tags });
  }));
});

test("flags survive being joined and taken apart", () => {
  fc.assert(fc.property(fc.record({ architecture: fc.constantFrom("x86_64", "arm64"), bootMode: fc.constantFrom("uefi", "legacy-bios"), tpm: fc.boolean(), latest: fc.boolean(), adopted: fc.boolean() }), (kind) => {
    expect(kindOf({ is: joinKind(kind) })).toEqual(kind);
  }));
});
