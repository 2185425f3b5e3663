import { chmod, lchown, link, mkdir, open, statfs, symlink } from "node:fs/promises";
import { posix } from "node:path";
import { FleetError } from "#model/errors";
import { errorCode } from "#store/errors";
import { nameBytes } from "#providers/shared/file-tree/file-name";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";
import { containedTarget } from "#providers/inspection/scan/contained-link";
import { mayGiveAway } from "#providers/inspection/scan/owners";

export interface ExtractOptions {
  readonly signal?: AbortSignal;
  /** Most bytes of data that are written. Default what is free on the file system, but for a twentieth. */
  readonly most?: number;
}

/** Files written side by side: reading and writing take turns. */
const lanes = 8;

/**
 * Copies an image's root file system into an empty directory for programs that read a plain directory: files (holes stay
 * holes), directories, links that never lead out of it, hard links; permission bits as in the image, but directories stay
 * writable to their owner, so that they can be removed. Owners are kept where this process is root; anybody else can at least
 * read all files. Devices, pipes, sockets and extended attributes are left out. The directory above must be private:
 * set-user-ID bits are kept.
 */
export async function extractTree(tree: FileTree, root: string, options: ExtractOptions = {}): Promise<void> {
  const place = ({ path }: TreeEntry): Buffer => nameBytes(posix.join(root, path));
  const budget = new Budget(options.most ?? (await spaceFor(root)), root);
  const entries = [...tree.entries.values()];
  for (const entry of entries) refuseOddNames(tree, entry);
  const directories = entries.filter(({ type }) => type === "directory");
  for (const entry of directories) if (entry.path !== "/") await mkdir(place(entry), { mode: 0o700 });
  const files = Map.groupBy(entries.filter(({ type }) => type === "file"), ({ inode }) => inode);
  await inLanes(files.values(), async ([first, ...others]) => {
    options.signal?.throwIfAborted();
    await writeFile(tree, first!, place(first!), budget);
    for (const other of others) await link(place(first!), place(other));
  });
  for (const entry of entries.filter(({ type }) => type === "link")) {
    await symlink(nameBytes(containedTarget(entry.path, entry.target ?? "")), place(entry));
    await own(entry, place(entry));
  }
  for (const entry of directories.reverse()) {
    await own(entry, place(entry));
    await chmod(place(entry), entry.mode | 0o700);
  }
}

/** A damaged file system may have names such as `..`, or names below something that is no directory. */
function refuseOddNames(tree: FileTree, { path }: TreeEntry): void {
  const above = tree.entries.get(posix.dirname(path))?.type;
  if (path.startsWith("/") && posix.normalize(path) === path && !path.includes("\0") && above === "directory") return;
  throw new FleetError({ action: "copy the image's files", place: path, cause: "a name in its file system leads elsewhere", hint: "the file system is damaged: rebuild the image" });
}

async function writeFile(tree: FileTree, entry: TreeEntry, target: Buffer, budget: Budget): Promise<void> {
  const file = await open(target, "wx", 0o600);
  try {
    let at = 0;
    for await (const piece of tree.stream(entry)) {
      if (!isZero(piece)) {
        budget.take(piece.length);
        await file.write(piece, 0, piece.length, at);
      }
      at += piece.length;
    }
    await file.truncate(entry.size);
    await own(entry, target);
    // after the owner, whose change clears the set-user-ID bit
    await file.chmod(mayGiveAway() ? entry.mode : entry.mode | 0o400);
  } catch (error) {
    throw errorCode(error) === "ENOSPC" ? budget.exceeded() : error;
  } finally {
    await file.close();
  }
}

function isZero(piece: Buffer): boolean {
  return piece.length > 0 && piece[0] === 0 && piece.compare(piece, 0, piece.length - 1, 1) === 0;
}

async function own({ uid, gid }: TreeEntry, path: Buffer): Promise<void> {
  if (!mayGiveAway()) return;
  try {
    await lchown(path, uid, gid);
  } catch (error) {
    // root of a container may be none on its file system, or have fewer users than the image
    if (!["EPERM", "EINVAL"].includes(errorCode(error) ?? "")) throw error;
  }
}

async function spaceFor(root: string): Promise<number> {
  const { bavail, bsize } = await statfs(root);
  return bavail * bsize * 0.95;
}

class Budget {
  private left: number;
  private readonly most: number;
  private readonly place: string;

  constructor(most: number, place: string) {
    this.left = most;
    this.most = most;
    this.place = place;
  }

  take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw this.exceeded();
  }

  exceeded(): FleetError {
    const cause = `its files need more than the ${Math.round(this.most / 2 ** 20)} MiB that are free`;
    return new FleetError({ action: "copy the image's files for a scan", place: this.place, cause, hint: "free some space beside the store, where the copy lies while a scan reads it" });
  }
}

/** All that were begun are awaited, also when one fails: nothing is written any more afterwards. */
async function inLanes<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) await work(next.value).catch((error: unknown) => { failed = true; throw error; });
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
