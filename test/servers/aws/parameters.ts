import { setTimeout as sleep } from "node:timers/promises";
import type { Moto } from "./moto.ts";
import { AwsRefusal, jsonReply, type Reply } from "./reply.ts";
import type { AwsRequest } from "./request.ts";
import type { World } from "./world.ts";

export interface ParameterSettings {
  /** Milliseconds for which Parameter Store looks for an AMI after it has answered. */
  validateMs: number;
}

interface Put {
  readonly Name: string;
  readonly Value: string;
  readonly DataType?: string;
  readonly Overwrite?: boolean;
  readonly Tags?: readonly object[];
}

/** Parameters are moto's, but for those that hold an AMI: there Parameter Store answers first, and keeps nothing that turns out to be none. */
export class Parameters {
  readonly #world: World;
  readonly #moto: Moto;
  readonly #settings: ParameterSettings;

  constructor(world: World, moto: Moto, settings: ParameterSettings) {
    this.#world = world;
    this.#moto = moto;
    this.#settings = settings;
  }

  async put(request: AwsRequest): Promise<Reply> {
    const { Name, Value, DataType, Overwrite = false, Tags = [] } = JSON.parse(request.body.toString()) as Put;
    if (Overwrite && Tags.length > 0) throw new AwsRefusal("ValidationException", "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
    if (DataType !== "aws:ec2:image") return this.#moto.forward(request);
    if (!/^ami-[0-9a-f]{8,17}$/.test(Value)) throw new AwsRefusal("ValidationException", `Value: ${Value} is not a valid AMI id.`);
    if (!Overwrite && (await this.#exists(request, Name))) throw new AwsRefusal("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
    if (this.#maySee(request, Value)) void sleep(this.#settings.validateMs).then(() => this.#moto.forward(request)).catch(() => {}); // the test is over
    return jsonReply(200, { Version: 1, Tier: "Standard" });
  }

  async #exists(request: AwsRequest, Name: string): Promise<boolean> {
    const { status } = await this.#moto.forward({ ...request, headers: { ...request.headers, "x-amz-target": "AmazonSSM.GetParameter" }, body: Buffer.from(JSON.stringify({ Name })) });
    return status === 200;
  }

  #maySee({ account, region }: AwsRequest, id: string): boolean {
    const image = this.#world.image(id);
    const shared = image?.permissions.some((one) => ("userId" in one && one.userId === account) || "group" in one) ?? false;
    return image?.region === region && image.state === "available" && (image.account === account || shared);
  }
}
