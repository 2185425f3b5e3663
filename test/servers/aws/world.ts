import { randomBytes } from "node:crypto";

/** Bytes of a block of EBS direct. */
export const blockSize = 524288;

export interface Block {
  readonly data: Buffer;
  /** Base64 of its SHA-256. */
  readonly checksum: string;
}

/** Who may launch an AMI, as EC2 names it. */
export type Permission = { readonly userId: string } | { readonly group: string } | { readonly organizationArn: string } | { readonly organizationalUnitArn: string };

/** A snapshot. */
export interface SnapshotRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** GiB */
  readonly volumeSize: number;
  readonly description: string;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly started: Date;
  readonly parent?: SnapshotRecord;
  /** By index: until it is completed those that were written, then its parent's too. */
  readonly blocks: Map<number, Block>;
  /** `error`: it stays so. */
  status: "open" | "pending" | "completed" | "error";
  /** When a pending one is completed: a time in milliseconds. */
  completeAt: number;
  readonly permissions: Set<string>;
}

export interface Mapping {
  readonly deviceName: string;
  readonly virtualName?: string;
  readonly ebs?: {
    readonly snapshotId?: string;
    readonly volumeSize: number;
    readonly volumeType: string;
    readonly deleteOnTermination: boolean;
    readonly iops?: number;
    readonly throughput?: number;
    readonly encrypted: boolean;
  };
}

export interface ImageRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  description: string;
  readonly created: Date;
  readonly architecture: string;
  readonly rootDeviceName: string;
  readonly mappings: readonly Mapping[];
  readonly virtualizationType: string;
  readonly enaSupport: boolean;
  readonly sriovNetSupport?: string;
  readonly bootMode?: string;
  readonly tpmSupport?: string;
  imdsSupport?: string;
  readonly source?: { readonly image: string; readonly region: string };
  permissions: readonly Permission[];
  deprecationTime?: string;
  state: "pending" | "available" | "failed" | "disabled";
  stateReason?: string;
  /** When a pending one is available, or failed: a time in milliseconds. */
  settleAt: number;
  readonly settlesTo: "available" | "failed";
}

export interface ImportTask {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly description: string;
  readonly bucket: string;
  readonly key: string;
  readonly format: string;
  readonly tags: Readonly<Record<string, string>>;
  status: "active" | "completed" | "deleted";
  statusMessage: string;
  snapshotId?: string;
  bytes: number;
}

/** What AWS holds: images, snapshots and tags of all accounts and regions. Tests may look into it and change it. */
export class World {
  readonly snapshots = new Map<string, SnapshotRecord>();
  readonly images = new Map<string, ImageRecord>();
  readonly imports = new Map<string, ImportTask>();
  /** Ids of AMIs that were deregistered. */
  readonly deregistered = new Set<string>();
  /** `<account>/<region>` where sharing with everybody is not blocked. */
  readonly publicAllowed = new Set<string>();
  /** What was asked for with a client token, by `<account>/<region>/<token>`: the same again gives the same. */
  readonly tokens = new Map<string, { readonly request: string; readonly id: string }>();
  readonly #tags = new Map<string, Map<string, string>>();

  /** Tags are an account's own: those of others on the same AMI are not seen. */
  tags(account: string, id: string): Map<string, string> {
    const key = `${account} ${id}`;
    const tags = this.#tags.get(key) ?? new Map<string, string>();
    this.#tags.set(key, tags);
    return tags;
  }

  tagged(account: string): [id: string, tags: Map<string, string>][] {
    return [...this.#tags].filter(([key]) => key.startsWith(`${account} `)).map(([key, tags]) => [key.slice(account.length + 1), tags]);
  }

  /** By `<account> <id>`. */
  allTags(): Record<string, Record<string, string>> {
    return Object.fromEntries([...this.#tags].filter(([, tags]) => tags.size > 0).map(([key, tags]) => [key, Object.fromEntries(tags)]));
  }

  setTags(account: string, id: string, tags: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(tags)) this.tags(account, id).set(key, value);
  }

  /** A world of its own that holds the same. */
  copy(): World {
    const copy = new World();
    copy.become(this);
    return copy;
  }

  /** Forgets all, and holds what another world does at this moment. */
  become(other: World): void {
    refill(this.snapshots, [...other.snapshots].map(([id, one]) => [id, { ...one, blocks: new Map(one.blocks), permissions: new Set(one.permissions) }]));
    refill(this.images, [...other.images].map(([id, one]) => [id, { ...one }]));
    refill(this.imports, [...other.imports].map(([id, one]) => [id, { ...one }]));
    refill(this.tokens, [...other.tokens]);
    refill(this.#tags, [...other.#tags].map(([key, tags]) => [key, new Map(tags)]));
    for (const set of ["deregistered", "publicAllowed"] as const) {
      this[set].clear();
      for (const one of other[set]) this[set].add(one);
    }
  }

  /** A snapshot as it is now. */
  snapshot(id: string): SnapshotRecord | undefined {
    const found = this.snapshots.get(id);
    if (found?.status === "pending" && Date.now() >= found.completeAt) found.status = "completed";
    return found;
  }

  image(id: string): ImageRecord | undefined {
    const found = this.images.get(id);
    if (found?.state === "pending" && Date.now() >= found.settleAt) found.state = found.settlesTo;
    if (found?.state === "failed") found.stateReason ??= "Client.InternalError: the copy could not be made";
    return found;
  }

  /** An AMI that uses it. */
  userOf(snapshot: string): ImageRecord | undefined {
    return [...this.images.values()].find(({ mappings }) => mappings.some(({ ebs }) => ebs?.snapshotId === snapshot));
  }
}

function refill<Key, Value>(map: Map<Key, Value>, entries: readonly (readonly [Key, Value])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** `snap-0f3c...`: as long as the service makes them. */
export function newId(kind: string): string {
  return `${kind}-0${randomBytes(8).toString("hex")}`;
}
