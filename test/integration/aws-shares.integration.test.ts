import { writeFile } from "node:fs/promises";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AwsFleet, main } from "./aws-fleet.ts";

/** Who may launch AMIs, and who may read what they are encrypted with: organizations, keys, everybody. */
const copy = "eu-west-1";
const [first, second] = ["2026.1101.1", "2026.1101.2"].map((version) => ({ image: "tiny", version }));
const organization = "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5";
const unit = "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-11111111";

let fleet: AwsFleet;
let kmsKeys: Record<string, string>;
beforeAll(async () => {
  fleet = await AwsFleet.create([copy]);
  await fleet.store(first!);
  await writeFile(fleet.project.path("policy/config.test.json"), JSON.stringify({ "no-wildcard-share": { organizations: [organization] } }));
  kmsKeys = { [main]: (await madeKey(main, "alias/images")).alias, [copy]: (await madeKey(copy, "alias/images")).id };
});
afterAll(() => fleet?.remove());

async function madeKey(region: string, alias: string): Promise<{ alias: string; id: string }> {
  const kms = new KMSClient({ region });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const id = KeyMetadata!.KeyId!;
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
  return { alias, id };
}

test("permissions that lack for keys are named with all others, before anything is made", async () => {
  await fleet.configure({}, { kmsKeys, shareWith: [organization, unit] });
  for (const action of ["ebs:StartSnapshot", "ec2:RegisterImage", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"]) fleet.aws.deny(action);
  const both = [main, copy].flatMap((region) => ["kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"].map((action) => `${action} in ${region}`));
  const lacking = [`ebs:StartSnapshot in ${main}`, `ec2:RegisterImage in ${main}`, ...both].sort();
  expect(await fleet.failingUp()).toContain(`its credentials lack permissions that publishing takes: ${lacking.join(", ")}`);
  expect(fleet.calls(/^(StartSnapshot|RegisterImage|CopyImage)$/)).toEqual([]);
  fleet.aws.heal();
});

test("AMIs are encrypted with each region's key, and launched by the members of an organization and a unit", async () => {
  await fleet.up();
  for (const [region, ami] of Object.entries(fleet.amis(first!))) {
    expect(ami.permissions, region).toEqual(expect.arrayContaining([{ organizationArn: organization }, { organizationalUnitArn: unit }]));
    expect(ami.permissions, region).toHaveLength(2);
    expect(fleet.aws.admin.snapshots({ region }), region).toMatchObject([{ encrypted: true, kmsKeyId: expect.stringMatching(`^arn:aws:kms:${region}:${fleet.aws.account}:key/`) as string }]);
  }
  await fleet.requireSettled();
});

test("whom somebody has shut out is let in again", async () => {
  fleet.aws.admin.share(fleet.amis(first!)[copy]!.id, []);
  const { exitCode, text } = await fleet.drift();
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/^cloud\/eu-west-1\/tiny@\S+\/launch\/ou-ab12-11111111: missing$/m);
  await fleet.up();
  expect(fleet.amis(first!)[copy]!.permissions).toHaveLength(2);
});

test("AMIs are public only with an approval, and where the account allows it", async () => {
  const open = { visibility: "public", shareWith: [], deprecateAfter: 700 };
  await fleet.store(second!);
  await fleet.configure({ retain: 0 }, open);
  fleet.aws.forget();
  expect(await fleet.failingUp()).toMatch(/imagefleet:sites\.cloud\.visibility\n\s+public AMIs need an approval/);
  expect(fleet.aws.calls()).toEqual([]);
  for (const region of fleet.regions) fleet.aws.admin.allowPublic(region);
  await fleet.configure({ retain: 0 }, { ...open, publicApproval: "release managers, 2026-11-02, minutes 41" });
  await fleet.up();
  for (const [region, ami] of Object.entries(fleet.amis(second!))) expect(ami.permissions, region).toEqual([{ group: "all" }]);
  fleet.requireNoOrphans();
  await fleet.requireSettled();
});
