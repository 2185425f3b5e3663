import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeImportSnapshotTasksCommand, ImportSnapshotCommand, type ImportSnapshotTask } from "@aws-sdk/client-ec2";
import { FleetError } from "#model/errors";
import type { SnapshotImport } from "#model/config/sites/aws";
import { placeOf } from "#providers/shared/aws/aws-fault";
import { sendAws } from "#providers/shared/aws/send-aws";
import { descriptionOf, type UploadJob } from "#providers/ebs-snapshot/job";
import { sdkTags } from "#providers/ebs-snapshot/tags";

const firstPauseMs = 500;
const longestPauseMs = 20_000;
const page = 500;

/** Import tasks of just this disk for just this site. */
export async function importTasks(job: UploadJob): Promise<ImportSnapshotTask[]> {
  const { clients, context } = job;
  const found: ImportSnapshotTask[] = [];
  for (let NextToken: string | undefined; ; ) {
    const answer = await sendAws(clients.ec2, new DescribeImportSnapshotTasksCommand({ MaxResults: page, ...(NextToken !== undefined && { NextToken }) }), context);
    found.push(...(answer.ImportSnapshotTasks ?? []).filter(({ Description }) => Description === descriptionOfTask(job)));
    if (!answer.NextToken) return found;
    NextToken = answer.NextToken;
  }
}

/** Begins an import. @returns the id of its task */
export async function startImport(job: UploadJob, { bucket, role }: SnapshotImport, key: string): Promise<string> {
  const { inputs, clients, context } = job;
  const { ImportTaskId } = await sendAws(clients.ec2, new ImportSnapshotCommand({
    ClientToken: randomUUID(), Description: descriptionOfTask(job), RoleName: role,
    DiskContainer: { Format: "RAW", Description: descriptionOfTask(job), UserBucket: { S3Bucket: bucket, S3Key: key } },
    TagSpecifications: [{ ResourceType: "import-snapshot-task", Tags: sdkTags(inputs.tags) }],
    ...(inputs.kmsKey !== undefined && { Encrypted: true, KmsKeyId: inputs.kmsKey }),
  }), context);
  return ImportTaskId!;
}

/** Waits until AWS has made the snapshot. @returns its id */
export async function untilImported({ clients, context, progress, waits }: UploadJob, taskId: string): Promise<string> {
  const deadline = Date.now() + waits.completeMs;
  const fault = { action: context.action, place: placeOf(context.access) };
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const { ImportSnapshotTasks } = await sendAws(clients.ec2, new DescribeImportSnapshotTasksCommand({ ImportTaskIds: [taskId] }), context);
    const { Status = "unknown", StatusMessage = "", Progress = "0", SnapshotId } = ImportSnapshotTasks?.[0]?.SnapshotTaskDetail ?? {};
    if (Status === "completed" && SnapshotId) return SnapshotId;
    if (/delet|error|cancel/.test(Status)) throw new FleetError({ ...fault, cause: `ec2:ImportSnapshot ${taskId} ended as ${Status}: ${StatusMessage || "AWS says no more"}`, hint: "see that the role may read the bucket, then npm run up" });
    if (Date.now() > deadline) throw new FleetError({ ...fault, cause: `ec2:ImportSnapshot ${taskId} is still ${Status} (${Progress} %) after ${Math.round(waits.completeMs / 60_000)} min`, hint: "npm run up waits for it again" });
    progress.say(`${taskId} is ${Status} ${StatusMessage} ${Progress} %`);
    await sleep(pause, undefined, context.signal && { signal: context.signal });
  }
}

function descriptionOfTask({ inputs, artifact }: UploadJob): string {
  return `${descriptionOf(inputs)}, ${artifact.sha256.slice(0, 16)}`.slice(0, 255);
}
