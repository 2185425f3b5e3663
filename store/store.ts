import type { Artifact, BuildRecord, GroupRecord, ReleaseId } from "#model/release";

/**
 * The groups of a release. Each is written once, whole, and never again: what was built, the gates it passed (by their gate
 * set), its formats, and the evidence of inspections that failed, which is never adopted.
 */
export type GroupName = "build" | `gates/${string}` | `formats/${string}` | `failures/${string}`;

/** A hold: a stack's word that it still needs a release. `gc` and `rm` refuse what is held. */
export interface Hold extends ReleaseId {
  readonly project: string;
  readonly stack: string;
}

/** What stays of a version that was removed or quarantined, so that its serial is never given again. */
export interface Tombstone extends ReleaseId {
  readonly schemaVersion: 1;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly removedAt: string;
  /** Build key and disk digest of what was there, when they could be read. */
  readonly key?: string;
  readonly sha256?: string;
  /** The release was damaged and lies aside, in the store's quarantine. */
  readonly quarantined?: boolean;
}

/** A release that a process works with now. */
export interface Use extends ReleaseId {
  /** What it does, and which process: `convert debian-12@2026.1101.2 to vhd (process 4711)`. */
  readonly by: string;
}

/** Something in a store that belongs to no release (any more). */
export interface Leftover {
  /** Of a dead process; of a removal that was not finished; set aside as damaged; notes of digests of files that are gone. */
  readonly kind: "staging" | "removal" | "quarantine" | "digests";
  readonly what: string;
  readonly place: string;
  /** Allocated. */
  readonly bytes: number;
  readonly why: string;
  /** When it was set aside: RFC 3339, UTC. */
  readonly since?: string;
}

/** A fault that verification found in a stored group. */
export interface Fault extends ReleaseId {
  readonly group: GroupName;
  readonly file: string;
  readonly problem: "missing" | "truncated" | "altered" | "unreadable record";
  readonly expected?: string;
  readonly found?: string;
}

/**
 * A private directory on the store's own file system in which a group is prepared. Nothing in it can be seen by readers
 * until `commit`; a process that dies leaves it to be swept by the next one (`Store.sweep`).
 */
export interface Staging {
  readonly dir: string;
  /**
   * Makes the named files final (read-only, flushed to disk) and hashes each once: for what must name their digests before
   * the commit, which then reads none of them again, unless one was touched since. Fails as `commit` does.
   */
  digest(names: readonly string[]): Promise<Artifact[]>;
  /**
   * Publishes the named files (already in `dir`), each hashed once here, flushed to disk, the record last, by one atomic
   * rename. Everything else in `dir` is dropped. A file given as an `Artifact` must turn out to have that size and digest.
   * Fails, publishing nothing, when a file is missing, not a plain file of its own (a link, a directory) or not what was
   * expected, or when the version is tombstoned; a group other than `build` needs the release to be there, and a format needs a passed
   * set of gates.
   * @returns `stored`, or `lost` when the group already exists: then nothing is changed and the caller reads the winner.
   */
  commit<R extends GroupRecord>(id: ReleaseId, group: GroupName, files: readonly (string | Artifact)[], record: (artifacts: Artifact[]) => R): Promise<"stored" | "lost">;
  /** Keeps a release that something here is made from in the store until this directory is gone. Fails when it is being, or was, removed. */
  use(id: ReleaseId): Promise<void>;
  abandon(): Promise<void>;
}

/**
 * Besides releases the store keeps documents: small, by name, each about what is true now. `channels/<channel>/<image>`: where a channel points;
 * `revocations/<image>@<version>`: a release that was withdrawn; `publications/<project>/<stack>/<image>@<version>`: when each site was seen to have a release;
 * `requests/<project>/<stack>/<channel>/<image>`: what a stack asks another one to publish, and `answers/...` of the same name: what became of it.
 */
export const documentKinds = ["channels", "revocations", "publications", "requests", "answers"] as const;

/** Such as `channels/stable/debian-12`: plain names, or `<image>@<version>`. */
export type DocumentName = `${(typeof documentKinds)[number]}/${string}`;

/**
 * Where releases live: content-checked and append-only, the ledger of what exists. A backend implements just this.
 * Every method fails with a `StoreError` (verb, object, place, cause, hint).
 */
export interface Store {
  /** For messages: a path or a URL without credentials. */
  readonly location: string;

  /** Versions of an image that have the group `build`, oldest first by `compareVersions`. */
  versions(image: string): Promise<string[]>;
  images(): Promise<string[]>;
  /** Every version that was ever given, tombstones included: a new serial comes after all of them. */
  taken(image: string): Promise<string[]>;
  /** Groups of a release that have something in them, `build` first. */
  groups(id: ReleaseId): Promise<GroupName[]>;
  /** The record of a group; `undefined` when there is no such group. Fails when it cannot be read as a record. */
  record<R extends GroupRecord = BuildRecord>(id: ReleaseId, group: GroupName): Promise<R | undefined>;
  /** Path of an artifact, verified by SHA-256 on its first read on this machine (later: only if size, mtime, ctime or inode changed). */
  open(id: ReleaseId, group: GroupName, artifact: string): Promise<string>;
  /**
   * Directory on this machine with the files of a group as they are, for those who check them by another measure than the
   * store's own records: nothing in it is verified, and it may not be there.
   */
  locate(id: ReleaseId, group: GroupName): Promise<string>;
  /** Compares files with records, of one group or all; `deep` reads every byte whatever the local cache says. Never throws for a fault. */
  verify(id: ReleaseId, options?: { deep?: boolean; group?: GroupName }): Promise<Fault[]>;

  stage(purpose: string): Promise<Staging>;
  /** Removes staging directories whose owner is proven dead and finishes interrupted removals; returns what was removed. */
  sweep(): Promise<string[]>;

  holds(image?: string): Promise<Hold[]>;
  /** Idempotent. Fails when the release is not in the store (any more). */
  hold(hold: Hold): Promise<void>;
  /** Idempotent. */
  release(hold: Hold): Promise<void>;

  /** What processes work with now, or may work with elsewhere. */
  uses(): Promise<Use[]>;

  tombstones(image?: string): Promise<Tombstone[]>;
  /**
   * Removes a release that nobody holds or works with, leaving a tombstone. `stillNeeded` is asked once everybody who comes later
   * waits for the outcome; what it says keeps the release. Fails with a `NeededError` when it is kept.
   * @returns `gone` when somebody else had removed it
   */
  remove(id: ReleaseId, reason: string, stillNeeded?: () => Promise<string | undefined>): Promise<"removed" | "gone">;
  /** Removes the evidence of an inspection that failed. Idempotent. */
  removeEvidence(id: ReleaseId, group: `failures/${string}`): Promise<void>;
  /** Moves a damaged release aside, leaving a tombstone; held ones too, since its bytes are not what is held. */
  quarantine(id: ReleaseId, reason: string): Promise<void>;
  /**
   * Moves one damaged group aside; what it is made from is sound, so the next run makes it again. Idempotent. Fails for
   * `build`: without it there is no release.
   */
  quarantineGroup(id: ReleaseId, group: GroupName): Promise<void>;

  /** What a release, or one group of it, takes of the file system: holes are not counted. */
  bytes(id: ReleaseId, group?: GroupName): Promise<number>;
  /** What belongs to no release; of notes of digests, those from before an instant. */
  leftovers(before: Date): Promise<Leftover[]>;
  /** Removes those that still are leftovers. Idempotent. */
  removeLeftovers(leftovers: readonly Leftover[], before: Date): Promise<void>;

  /** A document; undefined when there is none. Fails when it is not JSON. */
  document<T>(name: DocumentName): Promise<T | undefined>;
  /** Names of the documents below a name, or of a kind, in order. */
  documents(below: DocumentName | (typeof documentKinds)[number]): Promise<DocumentName[]>;
  /** Writes a document unless there is one: `lost` then. Atomic and durable. */
  addDocument(name: DocumentName, value: unknown): Promise<"stored" | "lost">;
  /** Writes a document, or replaces the one that is there. Atomic and durable. */
  replaceDocument(name: DocumentName, value: unknown): Promise<void>;
  /** Idempotent. */
  removeDocument(name: DocumentName): Promise<void>;
}
