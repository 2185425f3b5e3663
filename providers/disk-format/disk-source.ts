import { releaseName, type BuildRecord } from "#model/release";
import type { Store } from "#store/store";
import type { DiskMap } from "#providers/shared/disk/disk";
import { mapDisk } from "#providers/shared/disk/map-disk";
import type { FileTree } from "#providers/shared/file-tree/file-tree";

/** A release's disk, found and mapped: what all its formats are written from. */
export interface DiskSource {
  /** Path of the qcow2 in the store, its digest verified. */
  readonly diskFile: string;
  readonly map: DiskMap;
  /** Opened when it is first asked for. */
  tree(): Promise<FileTree>;
}

interface OpenSource extends DiskSource {
  close(): Promise<void>;
}

interface Shared {
  readonly source: Promise<OpenSource>;
  users: number;
}

const shared = new Map<string, Shared>();

/** Runs `work` on a release's disk. Formats that are written at the same time share it, and the last one closes it. */
export async function withDiskSource<T>(store: Store, build: BuildRecord, signal: AbortSignal, work: (source: DiskSource) => Promise<T>): Promise<T> {
  const place = `${store.location} ${releaseName(build)}`;
  const entry = shared.get(place) ?? { source: openSource(store, build, signal), users: 0 };
  shared.set(place, entry);
  entry.users++;
  try {
    return await work(await entry.source);
  } finally {
    if (--entry.users === 0) {
      shared.delete(place);
      await entry.source.then((source) => source.close(), () => {});
    }
  }
}

/** The staging directory stays empty unless the disk's clusters are compressed. */
async function openSource(store: Store, build: BuildRecord, signal: AbortSignal): Promise<OpenSource> {
  const action = `read the disk of ${releaseName(build)}`;
  const staging = await store.stage(action);
  try {
    await staging.use(build);
    const diskFile = await store.open(build, "build", build.disk.name);
    const map = await mapDisk(diskFile, { format: build.disk.format, tmp: staging.dir, action, signal });
    let tree: Promise<FileTree> | undefined;
    return {
      diskFile,
      map,
      tree: () => (tree ??= openTree(map)),
      async close() {
        await tree?.then((open) => open.close(), () => {});
        await staging.abandon();
      },
    };
  } catch (error) {
    await staging.abandon();
    throw error;
  }
}

async function openTree(map: DiskMap): Promise<FileTree> {
  return (await import("#providers/shared/file-tree/open-file-tree")).openFileTree(map);
}
