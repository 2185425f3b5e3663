import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { AwsSite } from "#model/config/sites/aws";
import { forgetAwsClients } from "#providers/shared/aws/clients";
import { missingPermissions } from "#providers/shared/aws/missing-permissions";
import { probeAws } from "#providers/shared/aws/probe";
import { startAws, type Aws } from "../../../servers/aws/start-aws.ts";

let aws: Aws;
let site: AwsSite;
beforeAll(async () => {
  aws = await startAws({ log: () => {} });
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  forgetAwsClients();
  site = { kind: "aws", name: "cloud", region: aws.region, copyTo: ["eu-west-1"], visibility: "private", shareWith: { accounts: [], organizations: [], organizationalUnits: [] }, kmsKeys: {}, tpm: false, tags: {} };
});
afterEach(() => aws.heal());
afterAll(async () => {
  vi.unstubAllEnvs();
  forgetAwsClients();
  await aws?.stop();
});

test("a site is reached by credentials of its account, and of no other", async () => {
  expect(await probeAws({ ...site, account: aws.account })).toMatchObject({ account: aws.account });
  await expect(probeAws({ ...site, account: "999999999999" })).rejects.toThrow(new RegExp(`credentials are of the account ${aws.account} .*account is 999999999999[\\s\\S]*what to do: take a profile or role of 999999999999`));
  await expect(probeAws({ ...site, assumeRole: "arn:aws:iam::222222222222:role/nobody" })).rejects.toThrow(/cannot log in to cloud/);
});

test("a site whose AWS does not answer is given up within the time of a probe", async () => {
  aws.fault({ action: "GetCallerIdentity", times: 10 }, { kind: "silence" });
  const since = Date.now();
  await expect(probeAws(site, { connectMs: 500, answerMs: 500, attempts: 2, longestPauseMs: 100 })).rejects.toThrow(/sts:GetCallerIdentity failed/);
  expect(Date.now() - since).toBeLessThan(5_000);
});

test("those of EBS direct APIs and of keys are named among them, and a policy for the stack's things alone is no lack", async () => {
  const key = "alias/images";
  const keyed = { ...site, copyTo: [], kmsKeys: { [aws.region]: key } };
  for (const action of ["ebs:PutSnapshotBlock", "ebs:GetSnapshotBlock", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant", "ec2:DeleteSnapshot"]) aws.deny(action);
  expect(await missingPermissions(keyed, [aws.region])).toEqual(
    ["ebs:GetSnapshotBlock", "ebs:PutSnapshotBlock", "ec2:DeleteSnapshot", "kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"].map((action) => `${action} in ${aws.region}`),
  );
  aws.heal();
  aws.deny("kms:CreateGrant"); // the key's own policy may allow it
  aws.fault({ action: "DeleteSnapshot" }, { kind: "refuse", code: "UnauthorizedOperation", status: 403 });
  expect(await missingPermissions(keyed, [aws.region])).toEqual([]);
});

test("permissions that lack are named all at once, by region; asking for them makes nothing", async () => {
  expect(await missingPermissions(site, [aws.region, "eu-west-1"])).toEqual([]);
  for (const action of ["ec2:RegisterImage", "ec2:CopyImage", "ec2:CreateTags"]) aws.deny(action);
  expect(await missingPermissions(site, [aws.region, "eu-west-1"])).toEqual([
    "ec2:CopyImage in eu-west-1", `ec2:CreateTags in ${aws.region}`, "ec2:CreateTags in eu-west-1", `ec2:RegisterImage in ${aws.region}`,
  ]);
  expect(aws.admin.images()).toEqual([]);
});

test("what channels need of Systems Manager is among them where the site keeps parameters", async () => {
  for (const action of ["ssm:PutParameter", "ssm:AddTagsToResource"]) aws.deny(action);
  expect(await missingPermissions(site, [aws.region])).toEqual([]);
  expect(await missingPermissions({ ...site, parameter: "/images/{image}/{channel}" }, [aws.region])).toEqual(["AddTagsToResource", "PutParameter"].map((name) => `ssm:${name} in ${aws.region}`));
});
