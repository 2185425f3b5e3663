import { mainAccount, type Accounts } from "./accounts.ts";
import type { ImageRecord, SnapshotRecord, World } from "./world.ts";

export interface Where {
  readonly region?: string;
  readonly account?: string;
}

/** What tests do and look up behind the back of what they test: no fault hits it, and nothing is counted. */
export class Admin {
  readonly #world: World;
  readonly #accounts: Accounts;

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
  }

  images({ region, account }: Where = {}): ImageRecord[] {
    return [...this.#world.images.keys()].map((id) => this.#world.image(id)!).filter((one) => (region ?? one.region) === one.region && (account ?? one.account) === one.account);
  }

  snapshots({ region, account }: Where = {}): SnapshotRecord[] {
    return [...this.#world.snapshots.keys()].map((id) => this.#world.snapshot(id)!).filter((one) => (region ?? one.region) === one.region && (account ?? one.account) === one.account);
  }

  /** Tags that an account has put on it, by default its owner. */
  tags(id: string, account = this.#owner(id)): Record<string, string> {
    return Object.fromEntries(this.#world.tags(account, id));
  }

  setTag(id: string, key: string, value: string, account = this.#owner(id)): void {
    this.#world.setTags(account, id, { [key]: value });
  }

  removeTag(id: string, key: string, account = this.#owner(id)): void {
    this.#world.tags(account, id).delete(key);
  }

  deregister(id: string): void {
    this.#image(id);
    this.#world.images.delete(id);
    this.#world.deregistered.add(id);
  }

  /** Whether or not it is in use. */
  deleteSnapshot(id: string): void {
    this.#world.snapshots.delete(id);
  }

  makePublic(id: string): void {
    this.#image(id).permissions = [...this.#image(id).permissions, { group: "all" }];
  }

  /** Replaces whom it is shared with by accounts. */
  share(id: string, accounts: readonly string[]): void {
    this.#image(id).permissions = accounts.map((userId) => ({ userId }));
  }

  /** @param at ISO 8601, also in the past; absent: not deprecated. */
  deprecate(id: string, at?: string): void {
    const image = this.#image(id);
    if (at === undefined) delete image.deprecationTime;
    else image.deprecationTime = at;
  }

  /** Changes a byte of a block that a snapshot holds. */
  corruptBlock(snapshot: string, index: number): void {
    const block = this.#world.snapshots.get(snapshot)?.blocks.get(index);
    if (!block) throw new Error(`${snapshot} has no block ${index}`);
    const data = Buffer.from(block.data);
    data.writeUInt8(data.readUInt8(0) ^ 0xff, 0);
    this.#world.snapshots.get(snapshot)!.blocks.set(index, { ...block, data });
  }

  /** The bytes of a snapshot's volume, up to its last block. */
  content(snapshot: string): Buffer {
    const blocks = this.#world.snapshots.get(snapshot)?.blocks ?? new Map<number, { data: Buffer }>();
    const content = Buffer.alloc((Math.max(-1, ...blocks.keys()) + 1) * 524288);
    for (const [index, { data }] of blocks) data.copy(content, index * 524288);
    return content;
  }

  /** Allows sharing with everybody, which new accounts block. */
  allowPublic(region: string, account = mainAccount): void {
    this.#world.publicAllowed.add(`${account}/${region}`);
  }

  /** All that AWS holds at this moment, to be put back later, also into another server. */
  save(): World {
    return this.#world.copy();
  }

  restore(saved: World): void {
    this.#world.become(saved);
  }

  /** Tags of all accounts, by account and id. */
  allTags(): Record<string, Record<string, string>> {
    return this.#world.allTags();
  }

  /** Sessions of roles that were assumed so far end now, or that of one access key. */
  expireSessions(accessKey?: string): void {
    this.#accounts.expireSessions(accessKey);
  }

  #image(id: string): ImageRecord {
    const found = this.#world.images.get(id);
    if (!found) throw new Error(`there is no image ${id}`);
    return found;
  }

  #owner(id: string): string {
    return (this.#world.images.get(id) ?? this.#world.snapshots.get(id))?.account ?? mainAccount;
  }
}
