import type { Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import type { AwsClient } from "./client.ts";
import { ssm } from "./ssm-client.ts";

interface Parameter {
  readonly ARN: string;
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
}

interface Metadata {
  readonly AllowedPattern?: string;
  readonly DataType?: string;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly Tier?: string;
}

type Tags = Record<string, string>;

/** aws.ssm.Parameter. One that is there already is overwritten only if `overwrite` says so. */
export const parameter: Kind<AwsClient> = {
  token: "aws:ssm/parameter:Parameter",
  autoName: "name",
  replace: ["dataType", "name", "region"],
  watched: ["allowedPattern", "description", "tags"],
  computed: ["arn", "dataType", "insecureValue", "keyId", "tier", "value"],
  complete: (inputs, { region }) => ({ ...inputs, region: inputs.region ?? region }),
  check(inputs) {
    const given = ["value", "insecureValue", "valueWo"].filter((name) => inputs[name] !== undefined);
    return given.length === 1 ? [] : [{ property: "value", reason: `exactly one of value, insecureValue, valueWo must be specified, not ${given.length}` }];
  },
  async create(inputs, context) {
    const name = String(inputs.name);
    const overwrite = inputs.overwrite === true;
    await put(inputs, context.client, overwrite, "creating");
    if (overwrite) await changeTags(context.client, inputs, {});
    return (await parameter.read(name, inputs, context))!;
  },
  async read(given, known, { client }) {
    const [name = "", region = known.region ?? client.region] = given.split("@");
    try {
      const { Parameter: found } = await ssm<{ Parameter: Parameter }>(client, region, "GetParameter", { Name: name, WithDecryption: true });
      const { Parameters: [more = {}] } = await ssm<{ Parameters: Metadata[] }>(client, region, "DescribeParameters", { ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [name] }] });
      const { TagList } = await ssm<{ TagList: { Key: string; Value: string }[] }>(client, region, "ListTagsForResource", { ResourceType: "Parameter", ResourceId: name });
      return { id: name, state: stateOf(found, more, Object.fromEntries(TagList.map(({ Key, Value }) => [Key, Value])), { ...known, region }) };
    } catch (error) {
      if ((error as Error).name === "ParameterNotFound") return undefined;
      throw new Error(`reading SSM Parameter (${name}): ${(error as Error).message}`);
    }
  },
  async update(id, inputs, old, context) {
    await put({ ...inputs, name: id }, context.client, inputs.overwrite !== false, "updating");
    await changeTags(context.client, { ...inputs, name: id }, (old.state.tags ?? {}) as Tags);
    return (await parameter.read(id, inputs, context))!.state;
  },
  async delete(id, { region }, { client }) {
    await ssm(client, region, "DeleteParameter", { Name: id }).catch((error: Error) => {
      if (error.name !== "ParameterNotFound") throw new Error(`deleting SSM Parameter (${id}): ${error.message}`);
    });
  },
};

/** Tags can be given with what is new only. */
async function put(inputs: Properties, client: AwsClient, overwrite: boolean, verb: string): Promise<void> {
  const { name, type, value, insecureValue, valueWo, description, dataType, tier, allowedPattern, keyId, tags = {}, region } = inputs;
  const input = {
    Name: name, Type: type, Value: value ?? insecureValue ?? valueWo, Overwrite: overwrite, Description: description, DataType: dataType, Tier: tier, AllowedPattern: allowedPattern,
    ...(type === "SecureString" && { KeyId: keyId }), ...(!overwrite && { Tags: Object.entries(tags as Tags).map(([Key, Value]) => ({ Key, Value })) }),
  };
  await ssm(client, region, "PutParameter", input).catch((error: Error) => { throw new Error(`${verb} SSM Parameter (${String(name)}): ${error.message}`); });
}

async function changeTags(client: AwsClient, { name, tags = {}, region }: Properties, had: Tags): Promise<void> {
  const resource = { ResourceType: "Parameter", ResourceId: name };
  const gone = Object.keys(had).filter((key) => !(key in (tags as Tags)));
  const set = Object.entries(tags as Tags).filter(([key, value]) => had[key] !== value);
  if (gone.length > 0) await ssm(client, region, "RemoveTagsFromResource", { ...resource, TagKeys: gone });
  if (set.length > 0) await ssm(client, region, "AddTagsToResource", { ...resource, Tags: set.map(([Key, Value]) => ({ Key, Value })) });
}

function stateOf({ ARN, Name, Type, Value, Version }: Parameter, more: Metadata, tags: Tags, known: Properties): Properties {
  const { AllowedPattern = "", DataType = "text", Description = "", KeyId = "", Tier = "Standard" } = more;
  const value = known.insecureValue !== undefined && Type !== "SecureString" ? { insecureValue: Value } : { value: Value };
  return { ...value, arn: ARN, name: Name, type: Type, version: Version, allowedPattern: AllowedPattern, dataType: DataType, description: Description, keyId: KeyId, tier: Tier, tags, tagsAll: tags, region: known.region, ...("overwrite" in known && { overwrite: known.overwrite }) };
}
