import {
  CreateTagsCommand, DeleteSnapshotCommand, DeleteTagsCommand, DeregisterImageCommand, DescribeImageAttributeCommand, DescribeImagesCommand, DescribeSnapshotsCommand,
  DescribeTagsCommand, DisableImageDeprecationCommand, EnableImageCommand, EnableImageDeprecationCommand, ModifyImageAttributeCommand, type EC2Client, type Filter,
} from "@aws-sdk/client-ec2";
import type { AwsAccess, AwsPatience } from "#providers/shared/aws/access";
import { amiOf, permissionOf, shareText, snapshotOf, tagsOf, type Ami, type EbsSnapshotFacts } from "#providers/shared/aws/ami";
import { AwsError } from "#providers/shared/aws/aws-fault";
import { awsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

type Tags = Readonly<Record<string, string>>;
/** Values by the name of the filter. */
type Filters = Readonly<Record<string, readonly string[]>>;

/** AMIs of a page. */
const pageSize = 500;

/** The AMIs and snapshots of an account in one region. Every method throws AwsError, which names the permission it takes. */
export class Amis {
  readonly access: AwsAccess;
  private readonly ec2: EC2Client;
  constructor(access: AwsAccess, patience?: AwsPatience) {
    this.access = access;
    this.ec2 = awsClients(access, patience).ec2;
  }

  /** Our own, the deprecated and the disabled ones too. */
  async list(filters: Filters): Promise<Ami[]> {
    const found: Ami[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const page = await sendAws(this.ec2, new DescribeImagesCommand({ Owners: ["self"], Filters: filtersOf(filters), IncludeDeprecated: true, IncludeDisabled: true, MaxResults: pageSize, NextToken: token }), this.to("list the AMIs"));
      found.push(...(page.Images ?? []).map(amiOf));
      token = page.NextToken;
    }
    return found;
  }

  /** @returns undefined where there is none. */
  async get(id: string): Promise<Ami | undefined> {
    try {
      const { Images = [] } = await sendAws(this.ec2, new DescribeImagesCommand({ ImageIds: [id], IncludeDeprecated: true, IncludeDisabled: true }), this.to(`read the AMI ${id}`));
      const ami = Images[0] && amiOf(Images[0]);
      return ami?.state === "deregistered" ? undefined : ami;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async listSnapshots(filters: Filters): Promise<EbsSnapshotFacts[]> {
    const found: EbsSnapshotFacts[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const page = await sendAws(this.ec2, new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters: filtersOf(filters), MaxResults: pageSize, NextToken: token }), this.to("list the snapshots"));
      found.push(...(page.Snapshots ?? []).map(snapshotOf));
      token = page.NextToken;
    }
    return found;
  }

  /** Who may launch it: `all`, ids of accounts, ARNs of organizations and units. */
  async shares(id: string): Promise<string[]> {
    const { LaunchPermissions = [] } = await sendAws(this.ec2, new DescribeImageAttributeCommand({ ImageId: id, Attribute: "launchPermission" }), this.to(`read who may launch the AMI ${id}`));
    return LaunchPermissions.map(shareText).sort();
  }

  async share(id: string, { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<void> {
    const LaunchPermission = { ...(add.length > 0 && { Add: add.map(permissionOf) }), ...(remove.length > 0 && { Remove: remove.map(permissionOf) }) };
    await sendAws(this.ec2, new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission }), this.to(`change who may launch the AMI ${id}`));
  }

  async requireImdsV2(id: string): Promise<void> {
    await sendAws(this.ec2, new ModifyImageAttributeCommand({ ImageId: id, ImdsSupport: { Value: "v2.0" } }), this.to(`require IMDSv2 of the AMI ${id}`));
  }

  /** One that was disabled can be launched again. */
  async enable(id: string): Promise<void> {
    await sendAws(this.ec2, new EnableImageCommand({ ImageId: id }), this.to(`enable the AMI ${id}`));
  }

  /** @param at ISO 8601; absent: never. */
  async deprecate(id: string, at: string | undefined): Promise<void> {
    const context = this.to(`set the deprecation of the AMI ${id}`);
    if (at === undefined) await sendAws(this.ec2, new DisableImageDeprecationCommand({ ImageId: id }), context);
    else await sendAws(this.ec2, new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(at) }), context);
  }

  async tag(id: string, { set, remove }: { readonly set: Tags; readonly remove: readonly string[] }): Promise<void> {
    const context = this.to(`tag ${id}`);
    const tags = Object.entries(set).map(([Key, Value]) => ({ Key, Value }));
    if (tags.length > 0) await sendAws(this.ec2, new CreateTagsCommand({ Resources: [id], Tags: tags }), context);
    if (remove.length > 0) await sendAws(this.ec2, new DeleteTagsCommand({ Resources: [id], Tags: remove.map((Key) => ({ Key })) }), context);
  }

  /** Tags that this account has put on AMIs, its own or those that it may launch, by their ids. */
  async imageTags(filters: Filters = {}): Promise<Map<string, Tags>> {
    const found: { id: string; Key?: string; Value?: string }[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const page = await sendAws(this.ec2, new DescribeTagsCommand({ Filters: filtersOf({ "resource-type": ["image"], ...filters }), NextToken: token }), this.to("list the tags of AMIs"));
      found.push(...(page.Tags ?? []).map(({ ResourceId: id = "", Key, Value }) => ({ id, Key, Value })));
      token = page.NextToken;
    }
    return new Map([...Map.groupBy(found, ({ id }) => id)].map(([id, tags]) => [id, tagsOf(tags)]));
  }

  /** One that is gone is no error. */
  async deregister(id: string): Promise<void> {
    await sendAws(this.ec2, new DeregisterImageCommand({ ImageId: id }), this.to(`deregister the AMI ${id}`)).catch(unlessGone);
  }

  /** One that is gone, or that another AMI needs, is no error. */
  async deleteSnapshot(id: string): Promise<void> {
    await sendAws(this.ec2, new DeleteSnapshotCommand({ SnapshotId: id }), this.to(`delete the snapshot ${id}`)).catch((error: unknown) => {
      if (!(error instanceof AwsError && error.code === "InvalidSnapshot.InUse")) unlessGone(error);
    });
  }

  private to(action: string): SendContext {
    return { access: this.access, action };
  }
}

function filtersOf(filters: Filters): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
}

function isGone(error: unknown): boolean {
  return error instanceof AwsError && (error.notFound || error.code === "InvalidAMIID.Unavailable");
}

function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
