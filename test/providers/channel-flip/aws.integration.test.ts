import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteParameterCommand, DescribeParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { AwsSite } from "#model/config/sites/aws";
import type { FormatRecord } from "#model/release";
import { isChannelTag } from "#model/tags";
import type { AmiCheckInputs } from "#providers/ami-check/inputs";
import { forgetListings } from "#providers/ami-check/listing";
import { settleAmi } from "#providers/ami-check/settle-ami";
import { inspectAmi } from "#providers/ami-check/inspect-ami";
import { pointers } from "#providers/channel-flip/pointers/aws";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { forgetAwsClients } from "#providers/shared/aws/clients";
import { status } from "#providers/release-status/sites/aws";
import { openStore } from "#store/open";
import { startAws, type Aws } from "../../servers/aws/start-aws.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";
import { copyAmi, registerAmi } from "../ami-check/registered-ami.ts";
import { ownEnvironment } from "../own-environment.ts";

/** Channels on the strict AWS of the tests, without an engine: two releases in two regions, shared with an account whose role we have. */
const [account, closed] = ["222222222222", "333333333333"] as const;
const copyRegion = "eu-west-1";
const stack = "imagefleet/test";
const [older, newer] = ["2026.1101.1", "2026.1102.1"] as const;
const writes = /^(PutParameter|AddTagsToResource|DeleteParameter|CreateTags|DeleteTags)$/;

let dir: string;
let aws: Aws;
let role: string;
let tagged: PointerTarget;
let stable: PointerTarget;
let restore: () => void;
const registered = new Map<string, AmiCheckInputs[]>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-flip-aws-"));
  aws = await startAws({ log: () => {} }); // first: what it installs belongs into the cache of whoever runs the tests
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  vi.stubEnv("IMAGEFLEET_RUN", "");
  forgetAwsClients();
  role = aws.role(account);
  const site: AwsSite = { kind: "aws", name: "cloud", region: aws.region, copyTo: [copyRegion], visibility: "private", shareWith: { accounts: [{ account, role }, { account: closed }], organizations: [], organizationalUnits: [] }, kmsKeys: {}, tpm: false, tags: { team: "images" } };
  tagged = { site, channel: "stable", image: "tiny", stack, native: false };
  stable = { ...tagged, site: { ...site, parameter: "/images/{image}/{channel}" } };
  for (const version of [older, newer]) await register(site, version);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws?.stop();
  restore?.();
  await rm(dir, { recursive: true, force: true });
});
afterEach(async () => {
  aws.heal();
  aws.settings.validateMs = 50;
  for (const target of [stable, tagged]) await pointers.move(target, undefined);
});

async function register(site: AwsSite, version: string): Promise<void> {
  const store = openStore(join(dir, "store"));
  const [raw] = await storeRealRelease(store, { image: "tiny", version }, ["raw"]) as [FormatRecord];
  const facts = { image: "tiny", version, key: keyOf({ image: "tiny", version }), sha256: raw.artifact.sha256, stack };
  const bios = { is: "x86_64 legacy-bios latest" };
  const main = { ...(await registerAmi(aws, site.name, [account, closed], facts, "legacy-bios")), ...bios };
  while (aws.admin.images().find(({ id }) => id === main.imageId)?.state !== "available") await sleep(20);
  const copy = { ...(await copyAmi(main, copyRegion)), ...bios };
  for (const inputs of [main, copy]) await settleAmi(site, inputs, { progress: () => {}, patience: { firstPauseMs: 5, longestPauseMs: 20, attempts: 200, absences: 12 } });
  registered.set(version, [main, copy]);
}

function ssm(region: string, there = false): SSMClient {
  return new SSMClient({ region, ...(there && { credentials: fromTemporaryCredentials({ params: { RoleArn: role, RoleSessionName: "test" }, clientConfig: { region } }) }) });
}

async function parameters(region: string, there = false) {
  const { Parameters = [] } = await ssm(region, there).send(new DescribeParametersCommand({}));
  return Parameters.map(({ Name, DataType, Description }) => ({ Name, DataType, Description }));
}

const idOf = (version: string, region: string) => registered.get(version)!.find((inputs) => inputs.region === region)!.imageId;

test("a release is whole, or each lack of each region and account is named at once", async () => {
  await pointers.verify(stable, newer);
  const [main, copy] = registered.get(newer)!;
  aws.admin.makePublic(main!.imageId);
  aws.admin.removeTag(copy!.imageId, "team", account);
  await expect(pointers.verify(stable, newer)).rejects.toThrow(/verify tiny@2026.1102.1 \(site cloud\): .*region eu-central-1: it is public; region eu-west-1: in the account 222222222222, ami-\w+ lacks the tag team/);
  for (const inputs of [main!, copy!]) await settleAmi(stable.site as AwsSite, inputs, { progress: () => {} });
  await pointers.verify(stable, newer);
  await expect(pointers.verify({ ...stable, stack: "imagefleet/other" }, newer)).rejects.toThrow(/its AMI tiny-2026.1102.1 is not of the stack imagefleet\/other/);
  await expect(pointers.verify(stable, "2026.1103.1")).rejects.toThrow(/the store has no such release/);
});

test("a parameter in each region and account holds that region's AMI, and goes when the channel does", async () => {
  expect(await pointers.read(stable)).toEqual({});
  for (const version of [older, newer, older]) {
    await pointers.move(stable, version);
    expect(await pointers.read(stable)).toEqual({ version });
    for (const region of [aws.region, copyRegion]) {
      for (const there of [false, true]) {
        expect(await parameters(region, there)).toEqual([{ Name: "/images/tiny/stable", DataType: "aws:ec2:image", Description: expect.stringContaining(`tiny ${version}`) }]);
      }
    }
  }
  await pointers.move(stable, undefined);
  for (const region of [aws.region, copyRegion]) for (const there of [false, true]) expect(await parameters(region, there)).toEqual([]);
});

test("without a parameter the AMI and its snapshots bear a tag everywhere, the former ones none, and checks find nothing wrong", async () => {
  for (const version of [newer, older, newer]) {
    await pointers.move(tagged, version);
    expect(await pointers.read(tagged)).toEqual({ version });
    for (const [of, all] of registered) {
      for (const { imageId } of all) {
        const image = aws.admin.images().find(({ id }) => id === imageId)!;
        for (const tags of [aws.admin.tags(imageId), aws.admin.tags(imageId, account), aws.admin.tags(image.mappings[0]!.ebs!.snapshotId!)]) {
          expect(Object.entries(tags).filter(([name]) => isChannelTag(name))).toEqual(of === version ? [["imagefleet:channel:stable", version]] : []);
        }
      }
    }
  }
  await pointers.verify(tagged, newer);
});

test("a move that is done already writes nothing", async () => {
  for (const target of [stable, tagged]) {
    await pointers.move(target, newer);
    aws.forget();
    await pointers.move(target, newer);
    expect(aws.calls({ action: writes })).toEqual([]);
  }
});

test.each(["parameters", "tags"] as const)("%s: cut off after any change, the next move ends as one that was not", async (kind) => {
  const target = kind === "tags" ? tagged : stable;
  for (const [from, to] of [[undefined, older], [older, newer], [newer, older], [newer, undefined]] as const) {
    for (let call = 0; ; call++) {
      await pointers.move(target, from);
      const cut = aws.hook({ action: writes, skip: call }, "after", () => void aws.fault({ times: 10_000 }, { kind: "refuse", code: "AccessDeniedException" }));
      const whole = await pointers.move(target, to).then(() => true, () => false);
      const reached = cut.hits > 0;
      aws.heal();
      await pointers.move(target, to);
      expect(await pointers.read(target), `${from} -> ${to}, cut after ${call}`).toEqual(to === undefined ? {} : { version: to });
      if (!reached) {
        expect(whole).toBe(true);
        expect(call).toBeGreaterThan(2);
        break;
      }
    }
  }
});

test("answers that are lost and late lookups end well", async () => {
  aws.settings.validateMs = 600;
  aws.fault({ action: "PutParameter", times: 2 }, { kind: "lost-reply" });
  await pointers.move(stable, older);
  aws.fault({ action: "AddTagsToResource" }, { kind: "lost-reply" });
  await pointers.move(stable, newer);
  expect(await pointers.read(stable)).toEqual({ version: newer });
});

test("moved back at once after a failure in one account, no value of the failed move comes after", async () => {
  await pointers.move(stable, older);
  aws.settings.validateMs = 400;
  const allow = aws.deny("ssm:PutParameter", { account });
  await expect(pointers.move(stable, newer)).rejects.toThrow(/ssm:PutParameter/);
  allow();
  await pointers.move(stable, older);
  await sleep(600);
  expect(await pointers.read(stable)).toEqual({ version: older });
});

test("places that disagree are told one by one, and a move makes them one again", async () => {
  await pointers.move(stable, newer);
  await ssm(copyRegion).send(new PutParameterCommand({ Name: "/images/tiny/stable", Value: idOf(older, copyRegion), DataType: "aws:ec2:image", Overwrite: true }));
  await expect.poll(() => pointers.read(stable)).toEqual({ mixed: ["eu-central-1: 2026.1102.1", "eu-central-1 of 222222222222: 2026.1102.1", "eu-west-1: 2026.1101.1", "eu-west-1 of 222222222222: 2026.1102.1"] });
  await pointers.move(stable, newer);
  expect(await pointers.read(stable)).toEqual({ version: newer });
});

test("a parameter of the same name that is not ours is refused before anything is changed, and never deleted", async () => {
  await ssm(copyRegion).send(new PutParameterCommand({ Name: "/images/tiny/stable", Value: "theirs", Type: "String", Overwrite: false }));
  aws.forget();
  await expect(pointers.move(stable, newer)).rejects.toThrow(/point stable of tiny at 2026.1102.1 \(site cloud\): the parameter \/images\/tiny\/stable is there and not this stack's: eu-west-1 \(made by others\)/);
  await expect(pointers.move(stable, undefined)).rejects.toThrow(/not this stack's/);
  expect(aws.calls({ action: writes })).toEqual([]);
  await ssm(copyRegion).send(new DeleteParameterCommand({ Name: "/images/tiny/stable" }));
});

test("a denied move names permission, site and region, and is not tried again", async () => {
  aws.deny("ssm:PutParameter", { account });
  aws.forget();
  await expect(pointers.move(stable, newer)).rejects.toThrow(/site cloud, region eu-\w+-1\): ssm:PutParameter failed: AccessDeniedException.*allow ssm:PutParameter to arn:aws:iam::222222222222:role/s);
  expect(aws.calls({ action: "PutParameter", account })).toHaveLength(2);
});

test("a check leaves pointers as they are", async () => {
  await pointers.move(tagged, newer);
  for (const inputs of registered.get(newer)!) {
    forgetListings();
    expect(await inspectAmi(tagged.site as AwsSite, inputs)).toBe("correct");
    await settleAmi(tagged.site as AwsSite, inputs, { progress: () => {} });
  }
  expect(await pointers.read(tagged)).toEqual({ version: newer });
});

test("a release that is withdrawn is private and deprecated in each region, and no other is; restored, its check gives it back its shares", async () => {
  const target = { site: stable.site, image: "tiny", version: older, stack };
  await status.withdraw({ ...target, stack: "imagefleet/other" });
  expect(await status.read(target)).toEqual(["eu-central-1", "eu-west-1"].flatMap((region) => [`it is shared with ${account}`, `it is shared with ${closed}`, "it is not deprecated"].map((what) => `region ${region}: ${what}`)));
  aws.fault({ action: "EnableImageDeprecation" }, { kind: "refuse", code: "AccessDenied", status: 403 });
  await expect(status.withdraw(target)).rejects.toThrow(/site cloud, region eu-\w+-1\): ec2:EnableImageDeprecation/);
  await status.withdraw(target);
  expect(await status.read(target)).toEqual([]);
  await expect(pointers.verify(stable, older)).rejects.toThrow(/it is deprecated from .*it is not shared with 222222222222/);
  await pointers.verify(stable, newer);
  aws.forget();
  await status.withdraw(target);
  expect(aws.calls({ action: /^(Modify|Enable)/ })).toEqual([]);
  await status.restore!(target);
  for (const inputs of registered.get(older)!) {
    expect(aws.admin.images().find(({ id }) => id === inputs.imageId)!.deprecationTime).toBeUndefined();
    await settleAmi(stable.site as AwsSite, inputs, { progress: () => {} });
  }
  await pointers.verify(stable, older);
});
