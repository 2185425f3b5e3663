import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand, type EC2Client, type Tag } from "@aws-sdk/client-ec2";
import type { Kind } from "../shared/kind.ts";
import { failed, type AwsClient } from "./client.ts";

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).filter(({ Key = "" }) => !Key.startsWith("aws:")).map(({ Key = "", Value = "" }) => [Key, Value]));
}

export async function changeTags(ec2: EC2Client, id: string, now: unknown, old: unknown): Promise<void> {
  const [wanted, had] = [now ?? {}, old ?? {}] as Record<string, string>[];
  const gone = Object.keys(had!).filter((key) => !(key in wanted!));
  const set = Object.entries(wanted!).filter(([key, value]) => had![key] !== value);
  const what = `setting EC2 AMI (${id}) tags`;
  if (gone.length > 0) await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: gone.map((Key) => ({ Key })) })).catch((error: unknown) => { throw failed(what, "DeleteTags", error); });
  if (set.length > 0) await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: set.map(([Key, Value]) => ({ Key, Value })) })).catch((error: unknown) => { throw failed(what, "CreateTags", error); });
}

/** aws.ec2.Tag: one tag of something that is another's. */
export const tag: Kind<AwsClient> = {
  token: "aws:ec2/tag:Tag",
  replace: ["key", "region", "resourceId"],
  complete: (inputs, { region }) => ({ ...inputs, region: inputs.region ?? region }),
  async create(inputs, { client }) {
    const { resourceId = "", key = "", value = "", region } = inputs as Record<string, string>;
    await client.ec2(region).send(new CreateTagsCommand({ Resources: [resourceId], Tags: [{ Key: key, Value: value }] })).catch((error: unknown) => { throw failed(`creating EC2 Tag (${resourceId},${key})`, "CreateTags", error); });
    return { id: `${resourceId},${key}`, state: { resourceId, key, value, region } };
  },
  async read(id, { region }, { client }) {
    const [resourceId = "", key = ""] = id.split(/,(.*)/s);
    const { Tags = [] } = await client.ec2(region).send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [resourceId] }, { Name: "key", Values: [key] }] }));
    return Tags[0] && { id, state: { resourceId, key, value: Tags[0].Value ?? "", region: region ?? client.region } };
  },
  async update(_id, inputs, _old, context) {
    return (await tag.create(inputs, context)).state;
  },
  async delete(_id, { resourceId, key, region }, { client }) {
    await client.ec2(region).send(new DeleteTagsCommand({ Resources: [String(resourceId)], Tags: [{ Key: String(key) }] })).catch((error: Error) => {
      if (!/NotFound/.test(error.name)) throw failed("deleting EC2 Tag", "DeleteTags", error);
    });
  },
};
