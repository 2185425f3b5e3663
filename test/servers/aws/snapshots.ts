import { filtered, paged, tagValues } from "./filters.ts";
import { AwsRefusal, ec2Reply, type Reply, type Xml } from "./reply.ts";
import { list, part, text, texts, type AwsRequest } from "./request.ts";
import type { SnapshotRecord, World } from "./world.ts";

/** Snapshots as EC2 shows them. */
export class Snapshots {
  readonly #world: World;
  readonly actions: Readonly<Record<string, (request: AwsRequest) => Reply>>;

  constructor(world: World) {
    this.#world = world;
    this.actions = {
      DescribeSnapshots: (request) => this.#describe(request),
      DeleteSnapshot: (request) => this.#delete(request),
      ModifySnapshotAttribute: (request) => this.#share(request),
      DescribeSnapshotAttribute: (request) => this.#shares(request),
    };
  }

  #describe({ params, account, region }: AwsRequest): Reply {
    const [ids, owners] = [texts(params["SnapshotId"]), texts(params["Owner"])];
    for (const id of ids) this.#visible(id, account, region);
    const here = [...this.#world.snapshots.keys()].map((id) => this.#world.snapshot(id)!).filter((one) => one.region === region && sees(one, account));
    const chosen = here.filter(({ id, account: owner }) => (ids.length === 0 || ids.includes(id)) && (owners.length === 0 || owners.some((one) => (one === "self" ? account : one) === owner)));
    const { page, nextToken } = paged(params, filtered(params, chosen, (one) => (name) => this.#values(one, account, name)));
    return ec2Reply("DescribeSnapshots", { snapshotSet: page.map((one) => this.#told(one, account)), nextToken });
  }

  #values(one: SnapshotRecord, account: string, filter: string): readonly (string | undefined)[] | undefined {
    const known: Record<string, readonly (string | undefined)[]> = {
      "snapshot-id": [one.id], "owner-id": [one.account], status: [status(one)], description: [one.description], encrypted: [String(one.encrypted)], "volume-size": [String(one.volumeSize)],
    };
    return known[filter] ?? tagValues(this.#world.tags(account, one.id), filter);
  }

  #told(one: SnapshotRecord, account: string): Xml {
    return {
      snapshotId: one.id, volumeId: "vol-ffffffff", status: status(one), startTime: one.started.toISOString(), progress: one.status === "completed" ? "100%" : "",
      ownerId: one.account, volumeSize: one.volumeSize, description: one.description, encrypted: one.encrypted, kmsKeyId: one.kmsKeyId, storageTier: "standard",
      tagSet: [...this.#world.tags(account, one.id)].map(([key, value]) => ({ key, value })),
    };
  }

  #delete(request: AwsRequest): Reply {
    const { id } = this.#own(request);
    const user = this.#world.userOf(id);
    if (user) throw new AwsRefusal("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${user.id}`);
    this.#world.snapshots.delete(id);
    return ec2Reply("DeleteSnapshot", { return: true });
  }

  #share(request: AwsRequest): Reply {
    const { params } = request;
    const { permissions, encrypted, kmsKeyId } = this.#own(request);
    const { Add, Remove } = part(params["CreateVolumePermission"]);
    const named = list(Add).concat(list(Remove)).map(part);
    const users = (given: typeof Add): string[] => list(given).map(part).flatMap(({ UserId, Group }) => text(UserId) ?? text(Group) ?? []);
    const operation = text(params["OperationType"]);
    const flat = [...texts(params["UserId"]), ...texts(params["UserGroup"])];
    const add = [...users(Add), ...(operation === "add" ? flat : [])];
    if (add.some((one) => one !== "all" && !/^\d{12}$/.test(one)) || named.length + flat.length === 0) throw new AwsRefusal("InvalidParameterValue", "createVolumePermission names accounts of 12 digits, or all");
    if (add.length > 0 && encrypted && (kmsKeyId === undefined || add.includes("all"))) throw new AwsRefusal("InvalidParameterValue", "Encrypted snapshots with EBS default key cannot be shared, and none with everybody");
    for (const one of add) permissions.add(one);
    for (const one of [...users(Remove), ...(operation === "remove" ? flat : [])]) permissions.delete(one);
    return ec2Reply(request.action, { return: true });
  }

  #shares(request: AwsRequest): Reply {
    const { id, permissions } = this.#own(request);
    return ec2Reply(request.action, { snapshotId: id, createVolumePermission: [...permissions].map((one) => (one === "all" ? { group: one } : { userId: one })) });
  }

  #own({ params, account, region }: AwsRequest): SnapshotRecord {
    const found = this.#visible(text(params["SnapshotId"]) ?? "", account, region);
    if (found.account === account) return found;
    throw new AwsRefusal("UnauthorizedOperation", `You are not the owner of ${found.id}`, { status: 403 });
  }

  #visible(id: string, account: string, region: string): SnapshotRecord {
    if (!/^snap-[0-9a-f]+$/.test(id)) throw new AwsRefusal("InvalidSnapshotID.Malformed", `Invalid id: "${id}"`);
    const found = this.#world.snapshot(id);
    if (found && found.region === region && sees(found, account)) return found;
    throw new AwsRefusal("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  }
}

function sees({ account: owner, permissions }: SnapshotRecord, account: string): boolean {
  return owner === account || permissions.has(account) || permissions.has("all");
}

/** One that still takes blocks is pending to EC2. */
function status({ status: now }: SnapshotRecord): string {
  return now === "open" ? "pending" : now;
}
