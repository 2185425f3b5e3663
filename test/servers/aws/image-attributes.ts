import { isDeepStrictEqual } from "node:util";
import type { Images } from "./images.ts";
import { AwsRefusal, ec2Reply, type Reply } from "./reply.ts";
import { list, part, text, texts, type AwsRequest, type Param } from "./request.ts";
import type { ImageRecord, Permission, World } from "./world.ts";

/** Who may launch AMIs, and what of them can be changed afterwards. */
export class ImageAttributes {
  readonly #world: World;
  readonly #images: Images;
  readonly actions: Readonly<Record<string, (request: AwsRequest) => Reply>>;

  constructor(world: World, images: Images) {
    this.#world = world;
    this.#images = images;
    this.actions = {
      ModifyImageAttribute: (request) => this.#modify(request),
      DescribeImageAttribute: (request) => this.#describe(request),
      ResetImageAttribute: (request) => this.#reset(request),
      GetImageBlockPublicAccessState: (request) => ec2Reply(request.action, { imageBlockPublicAccessState: this.#world.publicAllowed.has(place(request)) ? "unblocked" : "block-new-sharing" }),
      EnableImageBlockPublicAccess: (request) => this.#block(request),
      DisableImageBlockPublicAccess: (request) => this.#unblock(request),
    };
  }

  #modify(request: AwsRequest): Reply {
    const image = this.#images.own(request);
    const { params } = request;
    const [imds, description] = [params["ImdsSupport"], params["Description"]].map((one) => text(part(one)["Value"]));
    if (imds !== undefined && imds !== "v2.0") throw new AwsRefusal("InvalidParameterValue", `Value (${imds}) for parameter ImdsSupport is invalid`);
    if (imds !== undefined) image.imdsSupport = imds;
    if (description !== undefined) image.description = description;
    this.#share(request, image);
    return ec2Reply(request.action, { return: true });
  }

  #share(request: AwsRequest, image: ImageRecord): void {
    const { params } = request;
    const { Add, Remove } = part(params["LaunchPermission"]);
    const operation = text(params["OperationType"]);
    const flat = [
      ...texts(params["UserId"]).map((userId) => ({ userId })),
      ...texts(params["UserGroup"]).map((group) => ({ group })),
      ...texts(params["OrganizationArn"]).map((organizationArn) => ({ organizationArn })),
      ...texts(params["OrganizationalUnitArn"]).map((organizationalUnitArn) => ({ organizationalUnitArn })),
    ];
    const add = [...list(Add).map(permission), ...(operation === "add" ? flat : [])].map(checked);
    const remove = [...list(Remove).map(permission), ...(operation === "remove" ? flat : [])].map(checked);
    if (add.some((one) => "group" in one) && !this.#world.publicAllowed.has(place(request))) throw new AwsRefusal("OperationNotPermitted", "You can't publicly share this image. Block public access for AMIs is on in this account and Region");
    const kept = image.permissions.filter((one) => ![...add, ...remove].some((other) => isDeepStrictEqual(one, other)));
    image.permissions = [...kept, ...add];
  }

  #describe(request: AwsRequest): Reply {
    const { permissions, description, bootMode, tpmSupport, imdsSupport, id, ...image } = this.#images.own(request);
    const attribute = text(request.params["Attribute"]) ?? "";
    const values: Record<string, string | undefined> = { description, bootMode, tpmSupport, imdsSupport, sriovNetSupport: image.sriovNetSupport };
    if (attribute === "launchPermission") return ec2Reply(request.action, { imageId: id, launchPermission: permissions });
    if (attribute in values) return ec2Reply(request.action, { imageId: id, [attribute]: { value: values[attribute] } });
    throw new AwsRefusal("InvalidParameterValue", `Value (${attribute}) for parameter attribute is invalid`);
  }

  #reset(request: AwsRequest): Reply {
    this.#images.own(request).permissions = [];
    return ec2Reply(request.action, { return: true });
  }

  #block(request: AwsRequest): Reply {
    const state = text(request.params["ImageBlockPublicAccessState"]);
    if (state !== "block-new-sharing") throw new AwsRefusal("InvalidParameterValue", `Value (${state}) for parameter ImageBlockPublicAccessState is invalid`);
    this.#world.publicAllowed.delete(place(request));
    return ec2Reply(request.action, { imageBlockPublicAccessState: state });
  }

  #unblock(request: AwsRequest): Reply {
    this.#world.publicAllowed.add(place(request));
    return ec2Reply(request.action, { imageBlockPublicAccessState: "unblocked" });
  }
}

function place({ account, region }: AwsRequest): string {
  return `${account}/${region}`;
}

function permission(given: Param): Permission {
  const { UserId, Group, OrganizationArn, OrganizationalUnitArn } = part(given) as Record<string, string | undefined>;
  if (UserId !== undefined) return { userId: UserId };
  if (OrganizationArn !== undefined) return { organizationArn: OrganizationArn };
  if (OrganizationalUnitArn !== undefined) return { organizationalUnitArn: OrganizationalUnitArn };
  return { group: Group ?? "" };
}

/** Nothing is added where one is wrong. */
function checked(one: Permission): Permission {
  const [kind, value] = Object.entries(one)[0] as [string, string];
  const forms: Record<string, RegExp> = {
    userId: /^\d{12}$/, group: /^all$/,
    organizationArn: /^arn:aws[\w-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/,
    organizationalUnitArn: /^arn:aws[\w-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/,
  };
  if (forms[kind]?.test(value)) return one;
  throw new AwsRefusal("InvalidAMIAttributeItemValue", `Invalid attribute item value "${value}" for ${kind} item type.`);
}
