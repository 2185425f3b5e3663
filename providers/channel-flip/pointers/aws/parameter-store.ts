import { AddTagsToResourceCommand, DeleteParameterCommand, GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand, type PutParameterCommandInput } from "@aws-sdk/client-ssm";
import { AwsError } from "#providers/shared/aws/aws-fault";
import { awsClients, type AwsAccess } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

type Tags = Readonly<Record<string, string>>;

/** A parameter that holds the id of an AMI. */
export interface AmiParameter {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly tags: Tags;
}

/** Parameter Store of an account in one region. Every method throws AwsError, which names the permission it takes. */
export class ParameterStore {
  private readonly access: AwsAccess;
  constructor(access: AwsAccess) {
    this.access = access;
  }

  /** @returns undefined where there is none. */
  async get(name: string): Promise<Pick<AmiParameter, "value" | "tags"> | undefined> {
    const context = this.to(`read the parameter ${name}`);
    const ssm = await this.ssm();
    try {
      const { Parameter } = await sendAws(ssm, new GetParameterCommand({ Name: name }), context);
      const { TagList = [] } = await sendAws(ssm, new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: name }), context);
      return { value: Parameter?.Value ?? "", tags: Object.fromEntries(TagList.map(({ Key = "", Value = "" }) => [Key, Value])) };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Systems Manager answers first and looks for the AMI afterwards: only what is read back holds. One that came to be meanwhile is left as it is. */
  async create(parameter: AmiParameter): Promise<void> {
    await this.put(parameter, { Tags: tagList(parameter.tags) }).catch((error: unknown) => {
      if (!(error instanceof AwsError && error.code === "ParameterAlreadyExists")) throw error;
    });
  }

  /** Tags are a request of their own here: none goes with an overwrite. */
  async replace(parameter: AmiParameter): Promise<void> {
    await this.put(parameter, { Overwrite: true });
    await sendAws(await this.ssm(), new AddTagsToResourceCommand({ ResourceType: "Parameter", ResourceId: parameter.name, Tags: tagList(parameter.tags) }), this.to(`tag the parameter ${parameter.name}`));
  }

  /** One that is gone is no error. */
  async remove(name: string): Promise<void> {
    await sendAws(await this.ssm(), new DeleteParameterCommand({ Name: name }), this.to(`delete the parameter ${name}`)).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }

  private async put({ name, value, description }: AmiParameter, more: Pick<PutParameterCommandInput, "Tags" | "Overwrite">): Promise<void> {
    await sendAws(await this.ssm(), new PutParameterCommand({ Name: name, Value: value, Description: description, Type: "String", DataType: "aws:ec2:image", ...more }), this.to(`set the parameter ${name} to ${value}`));
  }

  private ssm() {
    return awsClients(this.access).ssm();
  }

  private to(action: string): SendContext {
    return { access: this.access, action };
  }
}

function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function isGone(error: unknown): boolean {
  return error instanceof AwsError && (error.notFound || error.code === "InvalidResourceId");
}
