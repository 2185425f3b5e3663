import { createHash } from "node:crypto";
import type { Moto } from "./moto.ts";
import { AwsRefusal, jsonReply, type Reply } from "./reply.ts";
import type { AwsRequest } from "./request.ts";
import { blockSize, type Block, type SnapshotRecord, type World } from "./world.ts";

/** What tests may set of the service. */
export interface EbsSettings {
  /** Entries of a page of a list, whatever the client asks for: small enough to matter. */
  pageSize: number;
  /** From CompleteSnapshot until the snapshot is completed. */
  completeMs: number;
}

const gib = 2 ** 30;

/** The EBS direct APIs, as strict as the service: https://docs.aws.amazon.com/ebs/latest/APIReference */
export class EbsDirect {
  readonly #world: World;
  readonly #moto: Moto;
  readonly #settings: EbsSettings;

  constructor(world: World, moto: Moto, settings: EbsSettings) {
    this.#world = world;
    this.#moto = moto;
    this.#settings = settings;
  }

  async answer(request: AwsRequest): Promise<Reply> {
    const [, , first = "", , last = ""] = request.url.pathname.split("/").map(decodeURIComponent);
    switch (request.action) {
      case "StartSnapshot": return this.#start(request);
      case "PutSnapshotBlock": return this.#put(request, this.#open(request, first), Number(last));
      case "CompleteSnapshot": return this.#complete(request, this.#open(request, request.url.pathname.split("/").at(-1)!));
      case "GetSnapshotBlock": return this.#get(request, this.#completed(request, first), Number(last));
      case "ListSnapshotBlocks": return this.#list(request, this.#completed(request, first));
      case "ListChangedBlocks": return this.#changed(request, this.#completed(request, first));
      default: throw new AwsRefusal("UnknownOperationException", `there is no ${request.action}`, { status: 404 });
    }
  }

  async #start(request: AwsRequest): Promise<Reply> {
    const { VolumeSize: size, ParentSnapshotId: parentId, Tags = [], Description: description = "", Encrypted = false, KmsKeyArn, ClientToken } = JSON.parse(request.body.toString()) as StartBody;
    if (!Number.isInteger(size) || size < 1 || size > 65536) throw invalid("INVALID_VOLUME_SIZE", "VolumeSize must be 1 to 65536 GiB");
    const { account, region } = request;
    const key = `${account}/${region}/${ClientToken}`;
    const asked = JSON.stringify([size, parentId, Tags, description, Encrypted, KmsKeyArn]);
    const before = ClientToken === undefined ? undefined : this.#world.tokens.get(key);
    if (before && before.request !== asked) throw new AwsRefusal("ConflictException", "the client token was used with other parameters", { status: 503 });
    const known = before && this.#world.snapshots.get(before.id);
    if (known) return jsonReply(201, this.#told(known, parentId));
    const parent = parentId === undefined ? undefined : this.#parent(request, parentId, size);
    if (parent && KmsKeyArn !== undefined) throw invalid("INVALID_PARAMETER_VALUE", "KmsKeyArn cannot be given with ParentSnapshotId");
    if (KmsKeyArn !== undefined && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(KmsKeyArn)) throw invalid("INVALID_PARAMETER_VALUE", "KmsKeyArn must be the ARN of a key");
    if (KmsKeyArn !== undefined && !Encrypted) throw invalid("INVALID_PARAMETER_VALUE", "KmsKeyArn needs Encrypted");
    const answer = await this.#moto.forward(request);
    if (answer.status >= 300) return answer;
    const { SnapshotId: id } = JSON.parse(answer.body.toString()) as { SnapshotId: string };
    const kmsKeyId = KmsKeyArn ?? parent?.kmsKeyId;
    const snapshot: SnapshotRecord = {
      id, account, region, volumeSize: size, description, encrypted: Encrypted || (parent?.encrypted ?? false), ...(kmsKeyId && { kmsKeyId }), started: new Date(),
      ...(parent && { parent }), blocks: new Map(), status: "open", completeAt: Infinity, permissions: new Set(),
    };
    this.#world.snapshots.set(id, snapshot);
    this.#world.setTags(account, id, Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value])));
    if (ClientToken !== undefined) this.#world.tokens.set(key, { request: asked, id });
    return jsonReply(201, this.#told(snapshot, parentId));
  }

  #parent(request: AwsRequest, id: string, size: number): SnapshotRecord {
    const parent = this.#own(request, id);
    if (parent.status !== "completed") throw invalid("INVALID_SNAPSHOT_ID", `the parent snapshot ${id} is not completed`);
    if (parent.volumeSize > size) throw invalid("INVALID_VOLUME_SIZE", "VolumeSize must not be smaller than the parent's");
    return parent;
  }

  #told({ id, account, status, volumeSize, started, description, kmsKeyId }: SnapshotRecord, parent?: string): object {
    const tags = [...this.#world.tags(account, id)].map(([Key, Value]) => ({ Key, Value }));
    return { SnapshotId: id, OwnerId: account, Status: status === "open" ? "pending" : status, StartTime: started.getTime() / 1000, VolumeSize: volumeSize, BlockSize: blockSize, Description: description, Tags: tags, ParentSnapshotId: parent, KmsKeyArn: kmsKeyId };
  }

  #own({ account, region }: AwsRequest, id: string): SnapshotRecord {
    if (!/^snap-[0-9a-f]+$/.test(id)) throw invalid("INVALID_SNAPSHOT_ID", `${id} is no id of a snapshot`);
    const found = this.#world.snapshot(id);
    if (found?.account === account && found.region === region) return found;
    throw new AwsRefusal("ResourceNotFoundException", `The snapshot '${id}' does not exist.`, { status: 404, reason: "SNAPSHOT_NOT_FOUND" });
  }

  #open(request: AwsRequest, id: string): SnapshotRecord {
    const found = this.#own(request, id);
    if (found.status === "open") return found;
    throw invalid("INVALID_SNAPSHOT_ID", `the snapshot ${id} is not pending`);
  }

  #completed(request: AwsRequest, id: string): SnapshotRecord {
    const found = this.#own(request, id);
    if (found.status === "completed") return found;
    throw invalid("INVALID_SNAPSHOT_ID", `the snapshot ${id} is not completed`);
  }

  #put({ headers, body }: AwsRequest, snapshot: SnapshotRecord, index: number): Reply {
    const { "x-amz-data-length": length, "x-amz-checksum": claimed, "x-amz-checksum-algorithm": algorithm } = headers;
    if (body.length !== blockSize || Number(length) !== blockSize) throw invalid("INVALID_BLOCK", `a block has ${blockSize} bytes, not ${body.length} (DataLength ${length})`);
    if (index * blockSize >= snapshot.volumeSize * gib) throw invalid("INVALID_BLOCK", `block ${index} lies beyond the volume of ${snapshot.volumeSize} GiB`);
    if (algorithm !== "SHA256") throw invalid("INVALID_PARAMETER_VALUE", "ChecksumAlgorithm must be SHA256");
    const digest = createHash("sha256").update(body).digest();
    const checksum = digest.toString("base64");
    if (claimed !== checksum) throw invalid("INVALID_BLOCK", `the checksum of block ${index} is ${checksum}, not ${String(claimed)}`);
    requireSigned(headers["x-amz-content-sha256"], digest);
    snapshot.blocks.set(index, { data: body, checksum });
    return { status: 201, headers: { "x-amz-checksum": checksum, "x-amz-checksum-algorithm": "SHA256" }, body: Buffer.alloc(0) };
  }

  async #complete(request: AwsRequest, snapshot: SnapshotRecord): Promise<Reply> {
    const { "x-amz-changedblockscount": count, "x-amz-checksum": claimed, "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-aggregation-method": method } = request.headers;
    if (Number(count) !== snapshot.blocks.size) throw invalid("INVALID_PARAMETER_VALUE", `ChangedBlocksCount is ${String(count)}, but ${snapshot.blocks.size} blocks were written`);
    if (claimed !== undefined) {
      if (algorithm !== "SHA256" || method !== "LINEAR") throw invalid("INVALID_PARAMETER_VALUE", "the checksum must be a SHA256 aggregated in a LINEAR way");
      const checksum = aggregated(snapshot.blocks);
      if (claimed !== checksum) throw invalid("INVALID_PARAMETER_VALUE", `the aggregated checksum is ${checksum}, not ${String(claimed)}`);
    }
    await this.#moto.forward(request);
    for (const [index, block] of snapshot.parent?.blocks ?? []) if (!snapshot.blocks.has(index)) snapshot.blocks.set(index, block);
    snapshot.status = "pending";
    snapshot.completeAt = Date.now() + this.#settings.completeMs;
    return jsonReply(202, { Status: "pending" });
  }

  #get({ url }: AwsRequest, snapshot: SnapshotRecord, index: number): Reply {
    const block = snapshot.blocks.get(index);
    if (!block || url.searchParams.get("blockToken") !== tokenOf(snapshot, index)) throw invalid("INVALID_BLOCK_TOKEN", `the token is not one of block ${index} of ${snapshot.id}`);
    const { data, checksum } = block;
    return { status: 200, headers: { "content-type": "application/octet-stream", "x-amz-data-length": String(data.length), "x-amz-checksum": checksum, "x-amz-checksum-algorithm": "SHA256" }, body: data };
  }

  #list(request: AwsRequest, snapshot: SnapshotRecord): Reply {
    const { page, next } = this.#page(request, [...snapshot.blocks.keys()]);
    const blocks = page.map((index) => ({ BlockIndex: index, BlockToken: tokenOf(snapshot, index) }));
    return jsonReply(200, { Blocks: blocks, ExpiryTime: expiry(), VolumeSize: snapshot.volumeSize, BlockSize: blockSize, NextToken: next });
  }

  #changed(request: AwsRequest, second: SnapshotRecord): Reply {
    const id = request.url.searchParams.get("firstSnapshotId");
    const first = id === null ? undefined : this.#completed(request, id);
    const indexes = [...new Set([...(first?.blocks.keys() ?? []), ...second.blocks.keys()])];
    const { page, next } = this.#page(request, indexes.filter((index) => first?.blocks.get(index)?.checksum !== second.blocks.get(index)?.checksum));
    const tokens = (index: number): object => ({ ...(first?.blocks.has(index) && { FirstBlockToken: tokenOf(first, index) }), ...(second.blocks.has(index) && { SecondBlockToken: tokenOf(second, index) }) });
    return jsonReply(200, { ChangedBlocks: page.map((index) => ({ BlockIndex: index, ...tokens(index) })), ExpiryTime: expiry(), VolumeSize: second.volumeSize, BlockSize: blockSize, NextToken: next });
  }

  #page({ url }: AwsRequest, indexes: readonly number[]): { readonly page: number[]; readonly next?: string } {
    const asked = Number(url.searchParams.get("maxResults") ?? 10_000);
    if (asked < 100 || asked > 10_000) throw invalid("INVALID_PARAMETER_VALUE", "MaxResults must be 100 to 10000");
    const token = url.searchParams.get("pageToken");
    const from = token === null ? Number(url.searchParams.get("startingBlockIndex") ?? 0) : Number(Buffer.from(token, "base64url").toString());
    const rest = indexes.filter((index) => index >= from).sort((a, b) => a - b);
    const page = rest.slice(0, Math.min(asked, this.#settings.pageSize));
    const following = rest[page.length];
    return { page, ...(following !== undefined && { next: Buffer.from(String(following)).toString("base64url") }) };
  }
}

interface StartBody {
  readonly VolumeSize: number;
  readonly ParentSnapshotId?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Description?: string;
  readonly Encrypted?: boolean;
  readonly KmsKeyArn?: string;
  readonly ClientToken?: string;
}

function invalid(reason: string, message: string): AwsRefusal {
  return new AwsRefusal("ValidationException", message, { reason });
}

/** What was signed as the body's digest is the body's. */
export function requireSigned(signed: string | string[] | undefined, digest: Buffer): void {
  if (typeof signed !== "string" || !/^[0-9a-f]{64}$/.test(signed) || signed === digest.toString("hex")) return;
  throw new AwsRefusal("InvalidSignatureException", "the body is not the one that was signed", { status: 403 });
}

function aggregated(blocks: ReadonlyMap<number, Block>): string {
  const hash = createHash("sha256");
  for (const index of [...blocks.keys()].sort((a, b) => a - b)) hash.update(Buffer.from(blocks.get(index)!.checksum, "base64"));
  return hash.digest("base64");
}

function tokenOf({ id }: SnapshotRecord, index: number): string {
  return Buffer.from(`${id}/${index}`).toString("base64");
}

function expiry(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}
