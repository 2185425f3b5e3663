import type { FileTree } from "#providers/shared/file-tree/file-tree";

export interface Account {
  readonly name: string;
  /** Second field of passwd: `x` where the hash is in shadow. */
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** Second field of shadow. undefined: it has no line there. */
  readonly shadow: string | undefined;
}

export interface Accounts {
  readonly all: readonly Account[];
  /** Lines of passwd that are none. */
  readonly malformed: readonly string[];
  readonly groups: ReadonlySet<number>;
  /** Directories of the tree that are someone's home, the real paths, `/root` and those below `/home` always. */
  readonly homes: readonly string[];
}

/** Homes of system accounts that are the system's own directories, not somebody's. */
const shared = /^\/(|bin|sbin|dev|run|run\/.*|usr|usr\/.*|proc|sys|etc|var|var\/(cache|spool|run|log)(\/.*)?)$/;

export async function readAccounts(tree: FileTree): Promise<Accounts> {
  const shadow = new Map(fields(await tree.text("/etc/shadow")).map(([name, hash]) => [name, hash ?? ""]));
  const lines = fields(await tree.text("/etc/passwd"));
  const all = lines.filter(isAccount).map(([name, password, uid, gid, , home, shell]) => ({
    name: name!, password: password!, uid: Number(uid), gid: Number(gid), home: home!, shell: shell!, shadow: shadow.get(name),
  }));
  const groups = new Set(fields(await tree.text("/etc/group")).map(([, , gid]) => Number(gid)));
  return { all, malformed: lines.filter((line) => !isAccount(line)).map(([name]) => name ?? ""), groups, homes: homesOf(tree, all) };
}

/** The lines of a file whose fields are divided by colons. */
export function fields(text: string | undefined): string[][] {
  return (text ?? "").split("\n").filter((line) => line !== "").map((line) => line.split(":"));
}

/** Whether somebody can get a shell as the account, given a way in. */
export function hasShell({ shell }: Account): boolean {
  return !/\/(nologin|false|sync|shutdown|halt)$/.test(shell);
}

/** Whether a password field lets a password in. */
export function isHash(field: string): boolean {
  return field !== "x" && /^[./0-9A-Za-z$_]/.test(field);
}

function isAccount(line: readonly string[]): boolean {
  return line.length === 7 && /^\d+$/.test(line[2]!) && /^\d+$/.test(line[3]!) && line[0] !== "";
}

function homesOf(tree: FileTree, accounts: readonly Account[]): string[] {
  const declared = accounts.map(({ home }) => home.replace(/(.)\/+$/, "$1")).filter((home) => !shared.test(home));
  const below = [...tree.entries.values()].filter(({ path, type }) => type === "directory" && /^\/home\/[^/]+$/.test(path)).map(({ path }) => path);
  const real = ["/root", ...below, ...declared].map((path) => tree.resolve(path)).filter((entry) => entry?.type === "directory");
  return [...new Set(real.map((entry) => entry!.path))];
}
