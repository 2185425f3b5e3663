import { filtered, paged } from "./filters.ts";
import { AwsRefusal, ec2Reply, type Reply } from "./reply.ts";
import { list, part, tagsIn, text, texts, type AwsRequest } from "./request.ts";
import type { World } from "./world.ts";

const kinds: Readonly<Record<string, string>> = { ami: "image", snap: "snapshot", "import-snap": "import-snapshot-task" };

/** Tags of AMIs and snapshots: each account has its own, on what it may see. */
export class Tags {
  readonly #world: World;
  readonly actions: Readonly<Record<string, (request: AwsRequest) => Reply>>;

  constructor(world: World) {
    this.#world = world;
    this.actions = {
      CreateTags: (request) => this.#create(request),
      DeleteTags: (request) => this.#delete(request),
      DescribeTags: (request) => this.#describe(request),
    };
  }

  #create(request: AwsRequest): Reply {
    const tags = tagsIn(list(request.params["Tag"]));
    for (const [key, value] of Object.entries(tags)) if (key.length < 1 || key.length > 127 || value.length > 255 || key.startsWith("aws:")) throw new AwsRefusal("InvalidParameterValue", `Tag keys have 1 to 127 characters and do not start with aws:, values have 255 at most: '${key}'`);
    const ids = this.#resources(request);
    for (const id of ids) if (new Set([...this.#world.tags(request.account, id).keys(), ...Object.keys(tags)]).size > 50) throw new AwsRefusal("TagLimitExceeded", "You have reached the maximum of 50 tags on the specified resource");
    for (const id of ids) this.#world.setTags(request.account, id, tags);
    return ec2Reply("CreateTags", { return: true });
  }

  #delete(request: AwsRequest): Reply {
    const tags = list(request.params["Tag"]).map(part);
    for (const id of this.#resources(request)) {
      const known = this.#world.tags(request.account, id);
      if (tags.length === 0) known.clear();
      for (const { Key, Value } of tags) if (Value === undefined || known.get(text(Key) ?? "") === Value) known.delete(text(Key) ?? "");
    }
    return ec2Reply("DeleteTags", { return: true });
  }

  #resources({ params, account, region }: AwsRequest): string[] {
    const ids = texts(params["ResourceId"]);
    for (const id of ids) {
      const image = this.#world.image(id);
      const mayLaunch = image?.permissions.some((one) => ("userId" in one && one.userId === account) || "group" in one);
      const snapshot = this.#world.snapshot(id);
      if (image?.region === region && (image.account === account || mayLaunch)) continue;
      if (snapshot?.region === region && (snapshot.account === account || snapshot.permissions.has(account))) continue;
      throw id.startsWith("snap-") ? new AwsRefusal("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`) : new AwsRefusal("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
    }
    return ids;
  }

  #describe({ params, account, region }: AwsRequest): Reply {
    const here = this.#world.tagged(account).filter(([id]) => (this.#world.images.get(id) ?? this.#world.snapshots.get(id))?.region === region);
    const all = here.flatMap(([resourceId, tags]) => [...tags].map(([key, value]) => ({ resourceId, resourceType: kinds[resourceId.split("-")[0]!] ?? "", key, value })));
    const { page, nextToken } = paged(params, filtered(params, all, (tag) => (name) => {
      if (name.startsWith("tag:")) return tag.key === name.slice("tag:".length) ? [tag.value] : [];
      return { "resource-id": [tag.resourceId], "resource-type": [tag.resourceType], key: [tag.key], value: [tag.value] }[name];
    }));
    return ec2Reply("DescribeTags", { tagSet: page, nextToken });
  }
}
