import type { Accounts } from "./accounts.ts";
import { denied, expired, throttled, type AwsFault } from "./aws-faults.ts";
import { EbsDirect, type EbsSettings } from "./ebs-direct.ts";
import { ImageAttributes } from "./image-attributes.ts";
import { Images, type ImageSettings } from "./images.ts";
import type { Moto } from "./moto.ts";
import { Parameters, type ParameterSettings } from "./parameters.ts";
import { AwsRefusal, ec2Reply, type Reply } from "./reply.ts";
import { credentialOf, text, texts, type AwsRequest } from "./request.ts";
import { SnapshotImport } from "./snapshot-import.ts";
import { simulatedPolicies } from "./simulated-policies.ts";
import { Snapshots } from "./snapshots.ts";
import { Tags } from "./tags.ts";
import type { World } from "./world.ts";

/** Puts that a snapshot takes: so many at once, and so many a second. */
export interface Quota {
  readonly putsPerSecond: number;
  readonly burst: number;
  /** Seconds; absent: the refusal does not say. */
  readonly retryAfter?: number;
}

export interface Settings extends EbsSettings, ImageSettings, ParameterSettings {
  quota: Quota | undefined;
}

/** Where each request goes: to the strict services here, or to moto. */
export class Services {
  readonly accounts: Accounts;
  /** `RegisterImage`, or `<account>/RegisterImage`. */
  readonly denied = new Set<string>();
  readonly #world: World;
  readonly #moto: Moto;
  readonly #settings: Settings;
  readonly #ebs: EbsDirect;
  readonly #parameters: Parameters;
  readonly #ec2: Readonly<Record<string, (request: AwsRequest) => Promise<Reply> | Reply>>;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(world: World, moto: Moto, accounts: Accounts, settings: Settings) {
    this.accounts = accounts;
    this.#world = world;
    this.#moto = moto;
    this.#settings = settings;
    this.#ebs = new EbsDirect(world, moto, settings);
    this.#parameters = new Parameters(world, moto, settings);
    const images = new Images(world, moto, settings);
    this.#ec2 = { ...images.actions, ...new ImageAttributes(world, images).actions, ...new Snapshots(world).actions, ...new Tags(world).actions, ...new SnapshotImport(world, moto).actions };
  }

  async answer(request: AwsRequest, fault: AwsFault | undefined): Promise<Reply> {
    const credential = credentialOf(request.headers);
    if (!credential) throw new AwsRefusal("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
    if (this.accounts.expired(credential.accessKey)) throw expired(request);
    const { service, account, action } = request;
    const isDenied = (name: string): boolean => this.denied.has(name) || this.denied.has(`${account}/${name}`);
    if (isDenied(action)) throw denied(request);
    if (service === "ec2" && text(request.params["DryRun"]) === "true") throw new AwsRefusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", { status: 412 });
    if (fault?.kind === "absent") return absent(request);
    if (service === "ebs") return this.#blocks(request, fault);
    if (service === "ssm" && action === "PutParameter") return this.#parameters.put(request);
    if (service === "ec2" && Object.hasOwn(this.#ec2, action)) return this.#ec2[action]!(request);
    if (action === "SimulatePrincipalPolicy") return simulatedPolicies(request, isDenied);
    return action === "AssumeRole" ? this.#assume(request) : this.#moto.forward(request);
  }

  async #blocks(request: AwsRequest, fault: AwsFault | undefined): Promise<Reply> {
    const [, , id = "", , index = ""] = request.url.pathname.split("/");
    const put = request.action === "PutSnapshotBlock";
    if (put) this.#take(request, id);
    const answer = await this.#ebs.answer(request);
    if (put && fault?.kind === "corrupt") this.#corrupt(id, Number(index));
    return answer;
  }

  /** A bucket of tokens a snapshot. */
  #take(request: AwsRequest, id: string): void {
    const { quota } = this.#settings;
    if (!quota) return;
    const now = performance.now();
    const bucket = this.#buckets.get(id) ?? { tokens: quota.burst, at: now };
    this.#buckets.set(id, bucket);
    bucket.tokens = Math.min(quota.burst, bucket.tokens + ((now - bucket.at) / 1000) * quota.putsPerSecond);
    bucket.at = now;
    if (bucket.tokens < 1) throw throttled(request, quota.retryAfter);
    bucket.tokens--;
  }

  #corrupt(id: string, index: number): void {
    const block = this.#world.snapshots.get(id)?.blocks.get(index);
    block?.data.writeUInt8(block.data.readUInt8(0) ^ 0xff, 0);
  }

  async #assume(request: AwsRequest): Promise<Reply> {
    const arn = text(request.params["RoleArn"]) ?? "";
    if (!this.accounts.mayAssume(arn)) throw new AwsRefusal("AccessDenied", `not authorized to perform: sts:AssumeRole on resource: ${arn}`, { status: 403 });
    const answer = await this.#moto.forward(request);
    const body = answer.body.toString();
    const [, accessKey] = /<AccessKeyId>([^<]+)/.exec(body) ?? /"AccessKeyId":\s*"([^"]+)/.exec(body) ?? [];
    if (accessKey) this.accounts.issued(accessKey, arn);
    return answer;
  }
}

/** What the service says of things that are not there. */
function absent(request: AwsRequest): Reply {
  const { service, action, params } = request;
  if (service === "ebs") throw new AwsRefusal("ResourceNotFoundException", "The snapshot does not exist.", { status: 404, reason: "SNAPSHOT_NOT_FOUND" });
  const [image] = [text(params["ImageId"]), ...texts(params["ImageId"]), text(params["SourceImageId"])].filter((id) => id !== undefined);
  if (image) throw new AwsRefusal("InvalidAMIID.NotFound", `The image id '[${image}]' does not exist`);
  if (action === "DescribeImages") return ec2Reply(action, { imagesSet: [] });
  if (action === "DescribeSnapshots" && texts(params["SnapshotId"]).length === 0) return ec2Reply(action, { snapshotSet: [] });
  throw new AwsRefusal("InvalidSnapshot.NotFound", "The snapshot does not exist.");
}
