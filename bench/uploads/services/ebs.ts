import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { Quota } from "../quota.ts";
import type { Answer, Service, ServiceOptions, Taken } from "../service.ts";

const blockBytes = 512 * 1024;
const mostListed = 10_000;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Snapshot {
  readonly id: string;
  readonly volumeSize: number;
  readonly tags: readonly Tag[];
  /** Indexes of its blocks, its parent's among them. */
  readonly blocks: Set<number>;
  readonly put: Set<number>;
  readonly quota: Quota;
  /** Where its bytes are read. */
  readonly disk: string;
  readonly description: string;
  status: "pending" | "completed";
}

/** EBS direct APIs: snapshots are started, take blocks as fast as the quota allows, are completed, listed and read; EC2 describes and deletes them. */
export function ebsService({ disks, quota = Infinity }: ServiceOptions): Service {
  const snapshots = new Map<string, Snapshot>();
  return (request) => {
    if (request.path === "/") return ec2(request, snapshots);
    const [, , first, second, index] = request.path.split("/");
    if (request.method === "POST" && first === undefined) return start(request, snapshots, { disk: disks[snapshots.size] ?? disks[0]!, quota: new Quota(quota) });
    const snapshot = snapshots.get((first === "completion" ? second : first) ?? "");
    if (!snapshot) return fault("unknown", 404, "ResourceNotFoundException", { Reason: "SNAPSHOT_NOT_FOUND" });
    if (first === "completion") return complete(request, snapshot);
    if (second === "changedblocks") return changed(request, snapshot, snapshots);
    if (index === undefined) return list(request, snapshot);
    return request.method === "PUT" ? put(request, snapshot, Number(index)) : get(snapshot, Number(index));
  };
}

function start({ text }: Taken, snapshots: Map<string, Snapshot>, own: Pick<Snapshot, "disk" | "quota">): Answer {
  const wanted = JSON.parse(text) as { VolumeSize: number; ParentSnapshotId?: string; Description?: string; Tags?: Tag[] };
  const parent = snapshots.get(wanted.ParentSnapshotId ?? "");
  const snapshot: Snapshot = { ...own, id: `snap-0${randomBytes(8).toString("hex")}`, volumeSize: wanted.VolumeSize, tags: wanted.Tags ?? [], description: wanted.Description ?? "", blocks: new Set(parent?.blocks), put: new Set(), status: "pending" };
  snapshots.set(snapshot.id, snapshot);
  return json("StartSnapshot", 201, { SnapshotId: snapshot.id, OwnerId: "123456789012", Status: "pending", StartTime: Date.now() / 1000, VolumeSize: wanted.VolumeSize, BlockSize: blockBytes, Tags: wanted.Tags, ParentSnapshotId: parent?.id });
}

function put({ headers, bytes }: Taken, snapshot: Snapshot, index: number): Answer {
  if (!snapshot.quota.take()) return fault("throttled", 400, "RequestThrottledException", { Reason: "RESOURCE_LEVEL_THROTTLE" });
  const checksum = headers["x-amz-checksum"];
  if (bytes !== blockBytes || typeof checksum !== "string") return fault("refused", 400, "ValidationException", { Reason: "INVALID_BLOCK" });
  snapshot.blocks.add(index);
  snapshot.put.add(index);
  return { operation: "PutSnapshotBlock", status: 201, headers: { "x-amz-checksum": checksum, "x-amz-checksum-algorithm": "SHA256" }, data: bytes };
}

function complete({ headers }: Taken, snapshot: Snapshot): Answer {
  if (Number(headers["x-amz-changedblockscount"]) !== snapshot.put.size) return fault("refused", 400, "ValidationException", { Reason: "INVALID_PARAMETER_VALUE" });
  snapshot.status = "completed";
  return json("CompleteSnapshot", 202, { Status: "completed" });
}

/** A page of what there is from a block on. */
function page(request: Taken, indexes: Iterable<number>): { readonly shown: number[]; readonly next: string | undefined } {
  const from = Number(request.query.get("pageToken") ?? request.query.get("startingBlockIndex") ?? 0);
  const most = Math.min(mostListed, Number(request.query.get("maxResults") ?? mostListed));
  const left = [...indexes].filter((index) => index >= from).sort((a, b) => a - b);
  return { shown: left.slice(0, most), next: left[most]?.toString() };
}

const listing = (snapshot: Snapshot) => ({ VolumeSize: snapshot.volumeSize, BlockSize: blockBytes, ExpiryTime: Date.now() / 1000 + 3600 });

function list(request: Taken, snapshot: Snapshot): Answer {
  const { shown, next } = page(request, snapshot.blocks);
  return json("ListSnapshotBlocks", 200, { ...listing(snapshot), NextToken: next, Blocks: shown.map((index) => ({ BlockIndex: index, BlockToken: `token-${index}` })) });
}

function changed(request: Taken, snapshot: Snapshot, snapshots: ReadonlyMap<string, Snapshot>): Answer {
  const before = snapshots.get(request.query.get("firstSnapshotId") ?? "");
  const { shown, next } = page(request, [...snapshot.blocks].filter((index) => snapshot.put.has(index) || !before?.blocks.has(index)));
  return json("ListChangedBlocks", 200, { ...listing(snapshot), NextToken: next, ChangedBlocks: shown.map((index) => ({ BlockIndex: index, SecondBlockToken: `token-${index}`, ...(before?.blocks.has(index) ? { FirstBlockToken: `token-${index}` } : {}) })) });
}

async function get(snapshot: Snapshot, index: number): Promise<Answer> {
  if (!snapshot.blocks.has(index)) return fault("unknown", 404, "ResourceNotFoundException", { Reason: "BLOCK_NOT_FOUND" });
  const body = Buffer.alloc(blockBytes);
  const handle = await open(snapshot.disk);
  await handle.read(body, 0, blockBytes, index * blockBytes).finally(() => handle.close());
  const checksum = createHash("sha256").update(body).digest("base64");
  return { operation: "GetSnapshotBlock", status: 200, headers: { "x-amz-data-length": String(blockBytes), "x-amz-checksum": checksum, "x-amz-checksum-algorithm": "SHA256" }, body };
}

function ec2({ text }: Taken, snapshots: Map<string, Snapshot>): Answer {
  const asked = new URLSearchParams(text);
  const operation = asked.get("Action") ?? "";
  const id = asked.get("SnapshotId.1");
  if (operation === "DeleteSnapshot") snapshots.delete(asked.get("SnapshotId") ?? "");
  const shown = operation === "DescribeSnapshots" ? [...snapshots.values()].filter((snapshot) => id === null || snapshot.id === id) : [];
  const body = `<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId><return>true</return><snapshotSet>${shown.map(described).join("")}</snapshotSet></${operation}Response>`;
  return { operation, status: 200, headers: { "content-type": "text/xml" }, body };
}

function described({ id, status, volumeSize, description, tags }: Snapshot): string {
  const tagSet = tags.map(({ Key, Value }) => `<item><key>${Key}</key><value>${Value}</value></item>`).join("");
  return `<item><snapshotId>${id}</snapshotId><status>${status}</status><progress>100%</progress><description>${description}</description><volumeSize>${volumeSize}</volumeSize><startTime>2026-11-01T00:00:00.000Z</startTime><encrypted>false</encrypted><tagSet>${tagSet}</tagSet></item>`;
}

function json(operation: string, status: number, content: object): Answer {
  return { operation, status, headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
}

function fault(operation: string, status: number, name: string, more: object): Answer {
  return { ...json(operation, status, { message: name, ...more }), headers: { "content-type": "application/json", "x-amzn-errortype": name } };
}
