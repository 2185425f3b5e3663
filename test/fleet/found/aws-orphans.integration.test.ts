import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openStore } from "#store/open";
import { sweepCopies } from "#fleet/found/aws-orphans";
import { Amis } from "#providers/shared/aws/amis";
import { forgetAwsClients } from "#providers/shared/aws/clients";
import { copyAmi, registerAmi } from "../../providers/ami-check/registered-ami.ts";
import { startAws, type Aws } from "../../servers/aws/start-aws.ts";

const region = "eu-west-1";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws({ log: () => {} });
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  forgetAwsClients();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  forgetAwsClients();
  await aws?.stop();
});

test("snapshots of the stack's copies that are no more are deleted; those of copies that are there, and others' own, stay", async () => {
  const main = await registerAmi(aws, "cloud", []);
  await sleep(100);
  const copies = [];
  for (const stack of ["imagefleet/test", "imagefleet/test", "imagefleet/other"]) {
    const { imageId } = await copyAmi({ ...main, of: `cloud/tiny@2026.1101.${copies.length + 1}` }, region);
    const snapshot = aws.admin.images({ region }).find(({ id }) => id === imageId)!.mappings[0]!.ebs!.snapshotId!;
    aws.admin.setTag(snapshot, "imagefleet:stack", stack);
    copies.push({ imageId, snapshot });
  }
  const [kept, gone, foreign] = copies as [(typeof copies)[0], (typeof copies)[0], (typeof copies)[0]];
  for (const { imageId } of [gone, foreign]) aws.admin.deregister(imageId);
  const said: string[] = [];
  const search = { project: "imagefleet", stack: "test", store: openStore("/nonexistent"), mayChange: true, unreachable: new Set<string>(), log: (line: string) => void said.push(line) };
  await sweepCopies(new Amis({ site: "cloud", region }), search);
  await sweepCopies(new Amis({ site: "cloud", region: aws.region }), search);
  expect(aws.admin.snapshots({ region }).map(({ id }) => id)).toEqual([kept.snapshot, foreign.snapshot]);
  expect(aws.admin.snapshots({ region: aws.region })).toHaveLength(1);
  expect(said).toEqual([`[cloud] deleted the snapshot ${gone.snapshot} in ${region}: it was of the copy ${gone.imageId}, which is no more`]);
});
