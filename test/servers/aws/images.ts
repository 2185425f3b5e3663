import type { Moto } from "./moto.ts";
import { filtered, paged, tagValues } from "./filters.ts";
import { checkedRegistration, checkedTags, freeName } from "./register-image.ts";
import { AwsRefusal, ec2Reply, type Reply, type Xml } from "./reply.ts";
import { text, texts, type AwsRequest } from "./request.ts";
import { newId, type ImageRecord, type SnapshotRecord, type World } from "./world.ts";

/** What tests may set. */
export interface ImageSettings {
  /** How long a registered AMI is pending. */
  registerMs: number;
  /** How long a copy is pending; by region where it differs. */
  copyMs: number;
  readonly copyMsIn: Map<string, number>;
  /** How many of the next copies to a region end as failed. */
  readonly failingCopies: Map<string, number>;
}

type Answer = Promise<Reply> | Reply;

/** AMIs as EC2 keeps them; moto, which drops most of what it is told of one, hears of each and gives the id. */
export class Images {
  readonly #world: World;
  readonly #moto: Moto;
  readonly #settings: ImageSettings;
  readonly actions: Readonly<Record<string, (request: AwsRequest) => Answer>>;

  constructor(world: World, moto: Moto, settings: ImageSettings) {
    this.#world = world;
    this.#moto = moto;
    this.#settings = settings;
    this.actions = {
      RegisterImage: (request) => this.#register(request),
      CopyImage: (request) => this.#copy(request),
      DeregisterImage: (request) => this.#deregister(request),
      DescribeImages: (request) => this.#describe(request),
      EnableImageDeprecation: (request) => this.#deprecate(request),
      DisableImageDeprecation: (request) => this.#deprecate(request),
      EnableImage: (request) => this.#enable(request, "available"),
      DisableImage: (request) => this.#enable(request, "disabled"),
    };
  }

  async #register(request: AwsRequest): Promise<Reply> {
    const facts = checkedRegistration(this.#world, request);
    const { image: tags } = checkedTags(request);
    const answer = await this.#moto.forward(request);
    const [, id] = /<imageId>([^<]+)/.exec(answer.body.toString()) ?? [];
    if (!id) return answer;
    this.#world.images.set(id, { ...facts, id, state: "pending", settleAt: Date.now() + this.#settings.registerMs, settlesTo: "available" });
    this.#world.setTags(request.account, id, tags);
    return ec2Reply("RegisterImage", { imageId: id });
  }

  #copy(request: AwsRequest): Reply {
    const { params, account, region } = request;
    const token = text(params["ClientToken"]);
    const { ClientToken: _, ...asked } = params;
    const key = `${account}/${region}/${token}`;
    const before = token === undefined ? undefined : this.#world.tokens.get(key);
    if (before && before.request !== JSON.stringify(asked)) throw new AwsRefusal("IdempotentParameterMismatch", "the client token was used with other parameters");
    if (before) return ec2Reply("CopyImage", { imageId: before.id });
    const source = this.#world.image(text(params["SourceImageId"]) ?? "");
    if (!source || source.region !== text(params["SourceRegion"]) || !visible(source, account)) throw new AwsRefusal("InvalidAMIID.NotFound", `The image id '[${text(params["SourceImageId"])}]' does not exist`);
    if (source.state !== "available") throw new AwsRefusal("InvalidAMIID.Unavailable", `The image '${source.id}' is ${source.state}`);
    const name = freeName(this.#world, request);
    const id = newId("ami");
    const { image: tags, snapshot: snapshotTags } = checkedTags(request);
    const encrypted = text(params["Encrypted"]) === "true";
    const kmsKeyId = text(params["KmsKeyId"]);
    if (kmsKeyId && !encrypted) throw new AwsRefusal("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set");
    const settleAt = Date.now() + (this.#settings.copyMsIn.get(region) ?? this.#settings.copyMs);
    const failing = this.#settings.failingCopies.get(region) ?? 0;
    if (failing > 0) this.#settings.failingCopies.set(region, failing - 1);
    const mappings = source.mappings.map((mapping) => {
      const from = mapping.ebs?.snapshotId === undefined ? undefined : this.#world.snapshot(mapping.ebs.snapshotId);
      if (!mapping.ebs || !from) return mapping;
      const copy = copied(from, { account, region, settleAt, description: `Copied for DestinationAmi ${id} from SourceAmi ${source.id} for SourceSnapshot ${from.id}.`, encrypted, kmsKeyId });
      this.#world.snapshots.set(copy.id, copy);
      this.#world.setTags(account, copy.id, snapshotTags);
      return { ...mapping, ebs: { ...mapping.ebs, snapshotId: copy.id, encrypted: copy.encrypted } };
    });
    const { deprecationTime: _gone, stateReason: _reason, ...kept } = source;
    this.#world.images.set(id, {
      ...kept, id, account, region, name, mappings, created: new Date(), description: text(params["Description"]) ?? source.description, permissions: [],
      source: { image: source.id, region: source.region }, state: "pending", settleAt, settlesTo: failing > 0 ? "failed" : "available",
    });
    const ownTags = text(params["CopyImageTags"]) === "true" ? Object.fromEntries(this.#world.tags(account, source.id)) : {};
    this.#world.setTags(account, id, { ...ownTags, ...tags });
    if (token !== undefined) this.#world.tokens.set(key, { request: JSON.stringify(asked), id });
    return ec2Reply("CopyImage", { imageId: id });
  }

  async #deregister(request: AwsRequest): Promise<Reply> {
    const image = this.own(request);
    await this.#moto.forward(request); // it does not know copies; ours is the list that counts
    this.#world.images.delete(image.id);
    this.#world.deregistered.add(image.id);
    if (text(request.params["DeleteAssociatedSnapshots"]) === "true") for (const { ebs } of image.mappings) if (ebs?.snapshotId && !this.#world.userOf(ebs.snapshotId)) this.#world.snapshots.delete(ebs.snapshotId);
    return ec2Reply("DeregisterImage", { return: true });
  }

  #describe({ params, account, region }: AwsRequest): Reply {
    const [ids, owners, users] = [texts(params["ImageId"]), texts(params["Owner"]), texts(params["ExecutableBy"])];
    for (const id of ids) this.#existing(id, account, region);
    const here = [...this.#world.images.keys()].map((id) => this.#world.image(id)!).filter((image) => image.region === region && visible(image, account));
    const chosen = here.filter((image) => {
      if (ids.length > 0 && !ids.includes(image.id)) return false;
      if (owners.length > 0 && !owners.some((owner) => (owner === "self" ? account : owner) === image.account)) return false;
      if (users.length > 0 && !users.some((user) => launchable(image, user === "self" ? account : user))) return false;
      if (ids.length === 0 && image.state === "disabled" && text(params["IncludeDisabled"]) !== "true") return false;
      const deprecated = image.deprecationTime !== undefined && Date.parse(image.deprecationTime) <= Date.now();
      return !(ids.length === 0 && deprecated && image.account !== account && text(params["IncludeDeprecated"]) !== "true");
    });
    const { page, nextToken } = paged(params, filtered(params, chosen, (image) => (name) => this.#values(image, account, name)));
    return ec2Reply("DescribeImages", { imagesSet: page.map((image) => this.#told(image, account)), nextToken });
  }

  #existing(id: string, account: string, region: string): void {
    if (!/^ami-[0-9a-f]+$/.test(id)) throw new AwsRefusal("InvalidAMIID.Malformed", `Invalid id: "${id}"`);
    const image = this.#world.images.get(id);
    if (image?.region === region && visible(image, account)) return;
    if (this.#world.deregistered.has(id)) throw new AwsRefusal("InvalidAMIID.Unavailable", `The image ID '${id}' is no longer available`);
    throw new AwsRefusal("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
  }

  #values(image: ImageRecord, account: string, filter: string): readonly (string | undefined)[] | undefined {
    const known: Record<string, readonly (string | undefined)[]> = {
      name: [image.name], "image-id": [image.id], state: [image.state], "owner-id": [image.account], description: [image.description], architecture: [image.architecture],
      "is-public": [String(isPublic(image))], "boot-mode": [image.bootMode], "root-device-name": [image.rootDeviceName], "root-device-type": ["ebs"], "image-type": ["machine"],
      "virtualization-type": [image.virtualizationType], "tpm-support": [image.tpmSupport], "source-image-id": [image.source?.image],
      "block-device-mapping.snapshot-id": image.mappings.map(({ ebs }) => ebs?.snapshotId),
    };
    return known[filter] ?? tagValues(this.#world.tags(account, image.id), filter);
  }

  #told(image: ImageRecord, account: string): Xml {
    const { source, stateReason } = image;
    return {
      imageId: image.id, imageLocation: `${image.account}/${image.name}`, imageState: image.state, imageOwnerId: image.account, creationDate: image.created.toISOString(),
      isPublic: isPublic(image), architecture: image.architecture, imageType: "machine", name: image.name, description: image.description, rootDeviceType: "ebs",
      rootDeviceName: image.rootDeviceName, virtualizationType: image.virtualizationType, hypervisor: "xen", enaSupport: image.enaSupport || undefined,
      sriovNetSupport: image.sriovNetSupport, bootMode: image.bootMode, tpmSupport: image.tpmSupport, imdsSupport: image.imdsSupport, deprecationTime: image.deprecationTime,
      platformDetails: "Linux/UNIX", usageOperation: "RunInstances", sourceImageId: source?.image, sourceImageRegion: source?.region,
      stateReason: stateReason === undefined ? undefined : { code: stateReason.split(":")[0], message: stateReason },
      blockDeviceMapping: image.mappings.map(({ deviceName, virtualName, ebs }) => ({ deviceName, virtualName, ebs })),
      tagSet: [...this.#world.tags(account, image.id)].map(([key, value]) => ({ key, value })),
    };
  }

  #deprecate(request: AwsRequest): Reply {
    const image = this.own(request);
    if (request.action === "DisableImageDeprecation") delete image.deprecationTime;
    else image.deprecationTime = toTheMinute(text(request.params["DeprecateAt"]) ?? "");
    return ec2Reply(request.action, { return: true });
  }

  #enable(request: AwsRequest, state: "available" | "disabled"): Reply {
    const image = this.own(request);
    image.state = state;
    if (state === "disabled") image.permissions = []; // the service drops them all
    return ec2Reply(request.action, { return: true });
  }

  /** An AMI of the one who asks. */
  own({ params, account, region }: AwsRequest): ImageRecord {
    const id = text(params["ImageId"]) ?? "";
    this.#existing(id, account, region);
    const image = this.#world.image(id)!;
    if (image.account === account) return image;
    throw new AwsRefusal("AuthFailure", `Not authorized for image: ${id}`, { status: 403 });
  }
}

function copied(from: SnapshotRecord, to: { account: string; region: string; settleAt: number; description: string; encrypted: boolean; kmsKeyId: string | undefined }): SnapshotRecord {
  const { account, region, settleAt: completeAt, description } = to;
  const kmsKeyId = to.kmsKeyId ?? (from.region === region ? from.kmsKeyId : undefined);
  return { id: newId("snap"), account, region, volumeSize: from.volumeSize, description, encrypted: from.encrypted || to.encrypted, ...(kmsKeyId && { kmsKeyId }), started: new Date(), blocks: new Map(from.blocks), status: "pending", completeAt, permissions: new Set() };
}

export function isPublic({ permissions }: ImageRecord): boolean {
  return permissions.some((one) => "group" in one && one.group === "all");
}

function launchable(image: ImageRecord, account: string): boolean {
  return account === "all" ? isPublic(image) : image.permissions.some((one) => "userId" in one && one.userId === account) || isPublic(image);
}

function visible(image: ImageRecord, account: string): boolean {
  return image.account === account || launchable(image, account);
}

/** The service rounds seconds to the nearest minute. */
function toTheMinute(at: string): string {
  const time = Date.parse(at);
  if (Number.isNaN(time) || time < Date.now()) throw new AwsRefusal("InvalidParameterValue", `Value (${at}) for parameter DeprecateAt is invalid: it must be in the future`);
  return new Date(Math.round(time / 60_000) * 60_000).toISOString();
}
