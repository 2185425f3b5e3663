import { DescribeImageAttributeCommand, DescribeSnapshotAttributeCommand, ModifyImageAttributeCommand, ModifySnapshotAttributeCommand, type LaunchPermission } from "@aws-sdk/client-ec2";
import type { Kind } from "../shared/kind.ts";
import { isUnknown, type Properties } from "../shared/wire.ts";
import { failed, isGone, type AwsClient } from "./client.ts";

const whom = { accountId: "UserId", group: "Group", organizationArn: "OrganizationArn", organizationalUnitArn: "OrganizationalUnitArn" } as const;
/** What stands in an id between the AMI and the one who may launch it. */
const marks: Record<keyof typeof whom, string> = { accountId: "", group: "group-", organizationArn: "org-", organizationalUnitArn: "ou-" };
const names = Object.keys(whom) as (keyof typeof whom)[];

/** aws.ec2.AmiLaunchPermission. To allow what is allowed already is no error. */
export const amiLaunchPermission: Kind<AwsClient> = {
  token: "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
  replace: ["imageId", "region", ...names],
  complete: (inputs, { region }) => ({ ...inputs, region: inputs.region ?? region }),
  check(inputs) {
    const given = names.filter((name) => inputs[name] !== undefined);
    return given.length === 1 ? [] : [{ property: "accountId", reason: `exactly one of ${names.join(", ")} must be specified, not ${given.length}` }];
  },
  async create(inputs, { client }) {
    const { imageId, region } = inputs as { imageId: string; region: string };
    const name = names.find((one) => inputs[one] !== undefined && !isUnknown(inputs[one]))!;
    const id = `${imageId}-${marks[name]}${String(inputs[name])}`;
    await client.ec2(region).send(modify(imageId, "Add", permissionIn(inputs))).catch((error: unknown) => { throw failed(`creating AMI Launch Permission (${id})`, "ModifyImageAttribute", error); });
    return { id, state: { ...inputs } };
  },
  async read(id, known, { client }) {
    const inputs = { ...parsed(id), region: known.region ?? client.region };
    try {
      const { LaunchPermissions = [] } = await client.ec2(inputs.region).send(new DescribeImageAttributeCommand({ ImageId: inputs.imageId, Attribute: "launchPermission" }));
      const wanted = JSON.stringify(permissionIn(inputs));
      return LaunchPermissions.some((one) => JSON.stringify(one) === wanted) ? { id, state: inputs } : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw failed(`reading AMI Launch Permission (${id})`, "DescribeImageAttribute", error);
    }
  },
  async delete(id, { region }, { client }) {
    const inputs = parsed(id);
    await client.ec2(region).send(modify(inputs.imageId, "Remove", permissionIn(inputs))).catch((error: unknown) => {
      if (!isGone(error)) throw failed(`deleting AMI Launch Permission (${id})`, "ModifyImageAttribute", error);
    });
  },
};

function permissionIn(inputs: Properties): LaunchPermission {
  return Object.fromEntries(names.filter((name) => inputs[name]).map((name) => [whom[name], inputs[name]])) as LaunchPermission;
}

function modify(imageId: string, how: "Add" | "Remove", permission: LaunchPermission): ModifyImageAttributeCommand {
  return new ModifyImageAttributeCommand({ ImageId: imageId, Attribute: "launchPermission", LaunchPermission: { [how]: [permission] } });
}

function parsed(id: string): Properties & { imageId: string } {
  const [, imageId, rest] = /^(ami-[0-9a-f]+)-(.+)$/.exec(id) ?? [];
  const name = names.find((one) => marks[one] && rest?.startsWith(marks[one])) ?? "accountId";
  if (!imageId || !rest) throw new Error(`unexpected format for ID (${id}), expected IMAGE-ID-ACCOUNT-ID`);
  return { imageId, [name]: rest.slice(marks[name].length) };
}

/** aws.ec2.SnapshotCreateVolumePermission */
export const snapshotCreateVolumePermission: Kind<AwsClient> = {
  token: "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
  replace: ["accountId", "region", "snapshotId"],
  complete: (inputs, { region }) => ({ ...inputs, region: inputs.region ?? region }),
  async create(inputs, { client }) {
    const { snapshotId, accountId, region } = inputs as Record<string, string>;
    const id = `${snapshotId}-${accountId}`;
    await client.ec2(region).send(new ModifySnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: "createVolumePermission", CreateVolumePermission: { Add: [{ UserId: accountId }] } })).catch((error: unknown) => { throw failed(`creating EBS Snapshot CreateVolumePermission (${id})`, "ModifySnapshotAttribute", error); });
    return { id, state: { ...inputs } };
  },
  async read(id, known, { client }) {
    const [, snapshotId, accountId] = /^(snap-[0-9a-f]+)-(\d{12})$/.exec(id) ?? [];
    const region = known.region ?? client.region;
    const { CreateVolumePermissions = [] } = await client.ec2(region).send(new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: "createVolumePermission" })).catch((error: unknown) => {
      if (isGone(error)) return { CreateVolumePermissions: [] };
      throw failed(`reading EBS Snapshot CreateVolumePermission (${id})`, "DescribeSnapshotAttribute", error);
    });
    return CreateVolumePermissions.some(({ UserId }) => UserId === accountId) ? { id, state: { snapshotId, accountId, region } } : undefined;
  },
  async delete(id, { snapshotId, accountId, region }, { client }) {
    await client.ec2(region).send(new ModifySnapshotAttributeCommand({ SnapshotId: String(snapshotId), Attribute: "createVolumePermission", CreateVolumePermission: { Remove: [{ UserId: String(accountId) }] } })).catch((error: unknown) => {
      if (!isGone(error)) throw failed(`deleting EBS Snapshot CreateVolumePermission (${id})`, "ModifySnapshotAttribute", error);
    });
  },
};
