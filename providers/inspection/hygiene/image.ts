import type { InspectionJob } from "#providers/inspection/gate";
import { readAccounts, type Accounts } from "#providers/inspection/hygiene/accounts";
import { scanFreeBlocks, type FreeBlocks } from "#providers/inspection/hygiene/free-blocks";
import { indexPaths } from "#providers/inspection/hygiene/paths";
import { secretsInFiles, type SecretInFile } from "#providers/inspection/hygiene/secrets-in-files";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

/** What rules look at: an image's tree with what several of them want to know, each worked out once. */
export interface Image {
  readonly job: InspectionJob;
  readonly tree: FileTree;
  readonly target: string | undefined;
  readonly accounts: Accounts;
  /** Entries by pattern (see Paths); `~` at the start stands for every home. */
  find(...patterns: string[]): TreeEntry[];
  /** A file's text; empty when there is none. Of a large file only the first MiB. */
  text(path: string): Promise<string>;
  freeBlocks(): Promise<FreeBlocks>;
  secrets(): Promise<readonly SecretInFile[]>;
  /** How many files were read so far. */
  filesRead(): number;
}

const mostText = 1024 * 1024;

export async function openImage(job: InspectionJob): Promise<Image> {
  const { tree, target } = job;
  const accounts = await readAccounts(tree);
  const paths = indexPaths(tree);
  const texts = new Map<string, Promise<string>>();
  const find = (...patterns: string[]): TreeEntry[] => {
    const full = patterns.flatMap((pattern) => (pattern.startsWith("~") ? accounts.homes.map((home) => home + pattern.slice(1)) : [pattern]));
    return [...new Map(full.flatMap((pattern) => paths.find(pattern)).map((entry) => [entry.path, entry])).values()];
  };
  const text = (path: string): Promise<string> => {
    const known = texts.get(path);
    if (known) return known;
    const reading = tree.read(path, mostText).then((bytes) => bytes?.toString("utf8") ?? "");
    texts.set(path, reading);
    return reading;
  };
  const freeBlocks = once(() => scanFreeBlocks(job));
  const secrets = once(() => secretsInFiles({ find, text }));
  return { job, tree, target, accounts, find, text, freeBlocks, secrets, filesRead: () => texts.size };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
