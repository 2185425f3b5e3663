import { CreateTagsCommand, DeleteTagsCommand, ModifySnapshotAttributeCommand, type Tag } from "@aws-sdk/client-ec2";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

type Tags = Readonly<Record<string, string>>;

export function sdkTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** How tags differ from what they should be; those of others are theirs. @param before Ours of earlier: no longer wanted, they are to go. */
export function tagFaults(wanted: Tags, found: Tags, before: Tags = {}): string[] {
  const missing = Object.keys(wanted).filter((name) => found[name] === undefined).map((name) => `tag ${name} missing`);
  const changed = Object.keys(wanted).filter((name) => found[name] !== undefined && found[name] !== wanted[name]).map((name) => `tag ${name} changed`);
  const left = Object.keys(before).filter((name) => wanted[name] === undefined && found[name] !== undefined).map((name) => `tag ${name} left`);
  return [...missing, ...changed, ...left];
}

/** Writes the tags, and removes those that are ours and no longer wanted. */
export async function writeTags({ ec2 }: AwsClients, id: string, { wanted, before = {} }: { wanted: Tags; before?: Tags }, context: SendContext): Promise<void> {
  const gone = Object.keys(before).filter((name) => wanted[name] === undefined);
  if (gone.length > 0) await sendAws(ec2, new DeleteTagsCommand({ Resources: [id], Tags: gone.map((Key) => ({ Key })) }), context);
  await sendAws(ec2, new CreateTagsCommand({ Resources: [id], Tags: sdkTags(wanted) }), context);
}

/** Nobody but the account may make volumes of it. */
export async function makePrivate({ ec2 }: AwsClients, id: string, context: SendContext): Promise<void> {
  await sendAws(ec2, new ModifySnapshotAttributeCommand({ SnapshotId: id, Attribute: "createVolumePermission", OperationType: "remove", GroupNames: ["all"] }), context);
}
