import { createHash } from "node:crypto";
import { filtered, paged, tagValues } from "./filters.ts";
import type { Moto } from "./moto.ts";
import { AwsRefusal, ec2Reply, type Reply, type Xml } from "./reply.ts";
import { list, part, tagsFor, text, texts, type AwsRequest } from "./request.ts";
import { blockSize, newId, type Block, type ImportTask, type World } from "./world.ts";

const gib = 2 ** 30;
const zeros = Buffer.alloc(blockSize);

/** ImportSnapshot: reads an object of moto's S3, as a raw disk, and makes a snapshot of it. */
export class SnapshotImport {
  readonly #world: World;
  readonly #moto: Moto;
  readonly actions: Readonly<Record<string, (request: AwsRequest) => Reply>>;

  constructor(world: World, moto: Moto) {
    this.#world = world;
    this.#moto = moto;
    this.actions = {
      ImportSnapshot: (request) => this.#start(request),
      DescribeImportSnapshotTasks: (request) => this.#describe(request),
      CancelImportTask: (request) => this.#cancel(request),
    };
  }

  #start(request: AwsRequest): Reply {
    const { params, account, region } = request;
    const token = text(params["ClientToken"]);
    const key = `${account}/${region}/import/${token}`;
    const before = token === undefined ? undefined : this.#world.imports.get(this.#world.tokens.get(key)?.id ?? "");
    if (before) return ec2Reply("ImportSnapshot", this.#told(before));
    const { Format, Url, UserBucket } = part(params["DiskContainer"]);
    const { S3Bucket, S3Key } = part(UserBucket);
    const [, urlBucket, urlKey] = /^s3:\/\/([^/]+)\/(.+)$/.exec(text(Url) ?? "") ?? [];
    const [bucket, object] = [text(S3Bucket) ?? urlBucket, text(S3Key) ?? urlKey];
    if (!bucket || !object) throw new AwsRefusal("InvalidParameter", "The disk container names no object");
    const format = (text(Format) ?? "").toUpperCase();
    if (!["RAW", "VHD", "VMDK"].includes(format)) throw new AwsRefusal("InvalidParameter", `The format ${format} is not supported`);
    const task: ImportTask = { id: newId("import-snap"), account, region, description: text(params["Description"]) ?? "", bucket, key: object, format, tags: tagsFor(params, "import-snapshot-task"), status: "active", statusMessage: "pending", bytes: 0 };
    this.#world.imports.set(task.id, task);
    if (token !== undefined) this.#world.tokens.set(key, { request: "", id: task.id });
    this.#run(request, task).catch((error: Error) => Object.assign(task, { status: "deleted", statusMessage: error.message }));
    return ec2Reply("ImportSnapshot", this.#told(task));
  }

  async #run(request: AwsRequest, task: ImportTask): Promise<void> {
    const url = new URL(`http://s3/${task.bucket}/${task.key.split("/").map(encodeURIComponent).join("/")}`);
    const headers = { authorization: (request.headers.authorization ?? "").replace("/ec2/", "/s3/") };
    const { status, body } = await this.#moto.forward({ method: "GET", url, headers, body: Buffer.alloc(0) });
    if (status !== 200) throw new Error(`ClientError: Disk validation failed [We do not have access to the given resource. Reason ${status}]`);
    if (task.format !== "RAW") throw new Error("ClientError: only raw disks are read here");
    if (task.status !== "active") return;
    const { account, region } = task;
    const id = newId("snap");
    this.#world.snapshots.set(id, {
      id, account, region, volumeSize: Math.ceil(body.length / gib), description: `Created by AWS-VMImport service for ${task.id}`, encrypted: text(request.params["Encrypted"]) === "true",
      ...(text(request.params["KmsKeyId"]) && { kmsKeyId: text(request.params["KmsKeyId"])! }), started: new Date(), blocks: blocksOf(body), status: "completed", completeAt: 0, permissions: new Set(),
    });
    Object.assign(task, { status: "completed", statusMessage: "", snapshotId: id, bytes: body.length });
  }

  #describe({ params, account, region }: AwsRequest): Reply {
    const ids = texts(params["ImportTaskId"]);
    const here = [...this.#world.imports.values()].filter((one) => one.account === account && one.region === region);
    for (const id of ids) if (!here.some((one) => one.id === id)) throw new AwsRefusal("InvalidConversionTaskId", `The import task ${id} does not exist`);
    const chosen = filtered({ Filter: list(params["Filters"]) }, here.filter(({ id }) => ids.length === 0 || ids.includes(id)), (task) => (name) => (name === "task-state" ? [task.status] : tagValues(new Map(Object.entries(task.tags)), name)));
    const { page, nextToken } = paged(params, chosen);
    return ec2Reply("DescribeImportSnapshotTasks", { importSnapshotTaskSet: page.map((task) => this.#told(task)), nextToken });
  }

  #cancel({ params }: AwsRequest): Reply {
    const task = this.#world.imports.get(text(params["ImportTaskId"]) ?? "");
    if (task?.status !== "active") throw new AwsRefusal("IncorrectState", "The import task is not active");
    Object.assign(task, { status: "deleted", statusMessage: "cancelled" });
    return ec2Reply("CancelImportTask", { importTaskId: task.id, state: task.status });
  }

  #told(task: ImportTask): { [name: string]: Xml } {
    const progress = task.status === "active" ? "20" : undefined;
    const detail = { diskImageSize: task.bytes, format: task.format, progress, snapshotId: task.snapshotId, status: task.status, statusMessage: task.statusMessage, userBucket: { s3Bucket: task.bucket, s3Key: task.key } };
    return { importTaskId: task.id, description: task.description, snapshotTaskDetail: detail, tagSet: Object.entries(task.tags).map(([key, value]) => ({ key, value })) };
  }
}

function blocksOf(disk: Buffer): Map<number, Block> {
  const blocks = new Map<number, Block>();
  for (let index = 0; index * blockSize < disk.length; index++) {
    const data = Buffer.concat([disk.subarray(index * blockSize, (index + 1) * blockSize), zeros], blockSize);
    if (!data.equals(zeros)) blocks.set(index, { data, checksum: createHash("sha256").update(data).digest("base64") });
  }
  return blocks;
}
