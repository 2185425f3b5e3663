import { compareVersions } from "#model/version";
import { releaseName } from "#model/release";
import type { Artifact, BuildRecord, GroupRecord, ReleaseId } from "#model/release";
import { allocatedBytes } from "./allocated-bytes.ts";
import { builtVersions, filesBelow, groupsOf, imageNames, presentVersions } from "./catalog.ts";
import { commitGroup } from "./commit.ts";
import type { StoreContext } from "./context.ts";
import { addDocument, listDocuments, readDocument, removeDocument, replaceDocument } from "./documents.ts";
import { guarded } from "./errors.ts";
import { addHold, endHold, readHolds } from "./holds.ts";
import { findLeftovers, removeLeftovers } from "./leftovers.ts";
import { requirePlainName } from "./names.ts";
import { readRecord } from "./record.ts";
import { finishRemovals, quarantineGroup, quarantineRelease, removeEvidence, removeRelease, type StillNeeded } from "./removal.ts";
import { settleFile, type Settled } from "./settle-file.ts";
import { createStaging, discard, sweepStagings } from "./staging-area.ts";
import type { StagingDir } from "./staging-area.ts";
import type { DocumentName, Fault, GroupName, Hold, Leftover, Staging, Store, Tombstone, Use } from "./store.ts";
import { isTombstoned, readTombstones } from "./tombstones.ts";
import { readUses, useRelease } from "./uses.ts";
import { openArtifact, verifyGroup, verifyRelease } from "./verify.ts";

/** A store in a directory of a POSIX file system, for several writers on one or more hosts. Layout: see layout.ts. */
export class DirectoryStore implements Store {
  readonly location: string;
  readonly #context: StoreContext;
  constructor(context: StoreContext) {
    this.location = context.layout.root;
    this.#context = context;
  }

  versions(image: string): Promise<string[]> {
    return this.#guarded(`list the versions of ${image}`, () => builtVersions(this.#context.layout, image));
  }
  images(): Promise<string[]> {
    return this.#guarded("list the images", () => imageNames(this.#context.layout));
  }
  taken(image: string): Promise<string[]> {
    return this.#guarded(`list the versions of ${image}`, async () => {
      const present = await presentVersions(this.#context.layout, image);
      const buried = (await readTombstones(this.#context.layout, image)).map(({ version }) => version);
      return [...new Set([...present, ...buried])].sort(compareVersions);
    });
  }
  groups(id: ReleaseId): Promise<GroupName[]> {
    return this.#guarded(`list the groups of ${releaseName(id)}`, () => groupsOf(this.#context.layout, id));
  }
  record<R extends GroupRecord = BuildRecord>(id: ReleaseId, group: GroupName): Promise<R | undefined> {
    return this.#guarded(`read the record of ${releaseName(id)}`, async () => {
      if (await isTombstoned(this.#context.layout, id)) return undefined;
      return readRecord<R>(this.#context.layout, id, group);
    });
  }
  open(id: ReleaseId, group: GroupName, artifact: string): Promise<string> {
    return this.#guarded(`open ${artifact} of ${releaseName(id)}`, () => openArtifact(this.#context, id, group, artifact));
  }
  async locate(id: ReleaseId, group: GroupName): Promise<string> {
    return this.#context.layout.group(id, group);
  }
  verify(id: ReleaseId, { deep = false, group }: { deep?: boolean; group?: GroupName } = {}): Promise<Fault[]> {
    return this.#guarded(`verify ${releaseName(id)}`, () => (group ? verifyGroup(this.#context, id, group, deep) : verifyRelease(this.#context, id, deep)));
  }

  stage(purpose: string): Promise<Staging> {
    return this.#guarded(`prepare ${purpose}`, async () => this.#staging(await createStaging(this.#context.layout, purpose)));
  }
  sweep(): Promise<string[]> {
    return this.#guarded("sweep", async () => [...(await sweepStagings(this.#context.layout)), ...(await finishRemovals(this.#context.layout))]);
  }

  holds(image?: string): Promise<Hold[]> {
    return this.#guarded("list the holds", () => readHolds(this.#context.layout, image));
  }
  hold(hold: Hold): Promise<void> {
    return this.#guarded(`hold ${releaseName(hold)}`, () => addHold(this.#context.layout, hold));
  }
  release(hold: Hold): Promise<void> {
    return this.#guarded(`end the hold on ${releaseName(hold)}`, () => endHold(this.#context.layout, hold));
  }

  uses(): Promise<Use[]> {
    return this.#guarded("list what is in use", () => readUses(this.#context.layout));
  }

  tombstones(image?: string): Promise<Tombstone[]> {
    return this.#guarded("list the tombstones", () => readTombstones(this.#context.layout, image));
  }
  remove(id: ReleaseId, reason: string, stillNeeded?: StillNeeded): Promise<"removed" | "gone"> {
    const { layout } = this.#context;
    return this.#guarded(`remove ${releaseName(id)}`, () => this.#forgetting(layout.release(id), () => removeRelease(layout, id, reason, stillNeeded)));
  }
  removeEvidence(id: ReleaseId, group: `failures/${string}`): Promise<void> {
    const { layout } = this.#context;
    return this.#guarded(`remove ${group} of ${releaseName(id)}`, () => this.#forgetting(layout.group(id, group), () => removeEvidence(layout, id, group)));
  }
  quarantine(id: ReleaseId, reason: string): Promise<void> {
    return this.#guarded(`quarantine ${releaseName(id)}`, () => quarantineRelease(this.#context.layout, id, reason));
  }
  quarantineGroup(id: ReleaseId, group: GroupName): Promise<void> {
    return this.#guarded(`quarantine ${releaseName(id)}, group ${group}`, () => quarantineGroup(this.#context.layout, id, group));
  }

  bytes(id: ReleaseId, group?: GroupName): Promise<number> {
    const { layout } = this.#context;
    return this.#guarded(`measure ${releaseName(id)}`, () => allocatedBytes(group ? layout.group(id, group) : layout.release(id)));
  }
  leftovers(before: Date): Promise<Leftover[]> {
    return this.#guarded("look for leftovers", () => findLeftovers(this.#context, before));
  }
  removeLeftovers(leftovers: readonly Leftover[], before: Date): Promise<void> {
    return this.#guarded("remove leftovers", () => removeLeftovers(this.#context, leftovers, before));
  }

  document<T>(name: DocumentName): Promise<T | undefined> {
    return this.#guarded(`read ${name}`, () => readDocument<T>(this.#context.layout, name));
  }
  documents(below: Parameters<Store["documents"]>[0]): Promise<DocumentName[]> {
    return this.#guarded(`list ${below}`, async () => (await listDocuments(this.#context.layout, below)) as DocumentName[]);
  }
  addDocument(name: DocumentName, value: unknown): Promise<"stored" | "lost"> {
    return this.#guarded(`write ${name}`, async () => ((await addDocument(this.#context.layout, name, value)) ? "stored" : "lost"));
  }
  replaceDocument(name: DocumentName, value: unknown): Promise<void> {
    return this.#guarded(`write ${name}`, () => replaceDocument(this.#context.layout, name, value));
  }
  removeDocument(name: DocumentName): Promise<void> {
    return this.#guarded(`remove ${name}`, () => removeDocument(this.#context.layout, name));
  }

  #staging(staging: StagingDir): Staging {
    const settled = new Map<string, Settled>();
    return {
      dir: staging.files,
      digest: (names) =>
        this.#guarded("hash staged files", async () => {
          const files = await Promise.all(names.map((name) => settleFile(this.#context, staging, { name: requirePlainName("name of an artifact", name) }, "hash staged files", settled)));
          for (const file of files) settled.set(file.name, file);
          return files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
        }),
      commit: <R extends GroupRecord>(id: ReleaseId, group: GroupName, files: readonly (string | Artifact)[], record: (artifacts: Artifact[]) => R) =>
        this.#guarded(`store ${releaseName(id)}, group ${group}`, async () => {
          const outcome = await commitGroup(this.#context, staging, { id, group, files, record, settled });
          await discard(staging.dir);
          return outcome;
        }),
      use: (id) => this.#guarded(`use ${releaseName(id)}`, () => useRelease(this.#context.layout, staging, id)),
      abandon: () => this.#guarded("abandon a staging directory", () => discard(staging.dir)),
    };
  }

  /** What is noted of the files below a directory goes with them. */
  async #forgetting<T>(dir: string, removal: () => Promise<T>): Promise<T> {
    const files = await filesBelow(dir);
    const outcome = await removal();
    await this.#context.verified.forgetFiles(files);
    return outcome;
  }

  #guarded<T>(action: string, work: () => Promise<T>): Promise<T> {
    return guarded(action, this.location, work);
  }
}
