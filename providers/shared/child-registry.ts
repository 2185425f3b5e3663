import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";

/**
 * What is written down of a running child (Packer, a bootstrap), so that the next run can stop what a killed one left:
 * children are found by session, start time and the token in their environment, never by name.
 */
export interface ChildRecord {
  /** The process that started the child and is responsible for it. */
  readonly owner: ProcessIdentity;
  /** Leader of the child's own session. */
  readonly child: ProcessIdentity;
  /** Value of IMAGEFLEET_CHILD in the environment of the child and all its descendants. */
  readonly token: string;
  /** What it does, such as `build debian-12@2026.1101.1`. */
  readonly purpose: string;
  /** The run of `npm run up` that it belongs to, if any. */
  readonly run?: string;
  /** A guest kept on purpose by --debug: left alone until it is stopped by hand or by `npm run down`. */
  readonly kept?: boolean;
}

export const tokenVariable = "IMAGEFLEET_CHILD";

/** Directory of the records, in the project's own work directory. */
export function registryDir(workDir: string): string {
  return join(workDir, "children");
}

export async function recordChild(workDir: string, record: ChildRecord): Promise<() => Promise<void>> {
  const dir = registryDir(workDir);
  await mkdir(dir, { recursive: true });
  const file = join(dir, `${record.token}.json`);
  await writeFile(file, JSON.stringify(record), { mode: 0o600 });
  return () => rm(file, { force: true });
}

export async function listChildren(workDir: string): Promise<ChildRecord[]> {
  const names = await readdir(registryDir(workDir)).catch(() => []);
  const records = await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => readChild(join(registryDir(workDir), name))));
  return records.filter((record) => record !== undefined);
}

async function readChild(file: string): Promise<ChildRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ChildRecord;
  } catch {
    return undefined; // a half-written record: its writer died before the child could do anything worth keeping
  }
}

/**
 * Stops what dead owners left running and forgets it.
 * @returns a line for each child tree that was stopped.
 */
export async function reapOrphans(workDir: string, options: { kept?: boolean } = {}): Promise<string[]> {
  const stopped: string[] = [];
  for (const record of await listChildren(workDir)) {
    const pids = await survivors(record);
    const spared = record.kept ? !options.kept && pids.length > 0 : liveness(record.owner) !== "dead";
    if (spared) continue;
    for (const pid of pids) kill(pid, "SIGKILL");
    if (pids.length > 0) stopped.push(`${record.purpose}: stopped ${pids.length} process(es) that the run of pid ${record.owner.pid} left`);
    await rm(join(registryDir(workDir), `${record.token}.json`), { force: true });
  }
  return stopped;
}

/** Living processes of a child's tree: each carries the token, and none is older than the child itself. */
export async function survivors(record: Pick<ChildRecord, "child" | "token">): Promise<number[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => ((await carries(pid, record)) ? pid : undefined)));
  return found.filter((pid) => pid !== undefined);
}

async function carries(pid: number, { child, token }: Pick<ChildRecord, "child" | "token">): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  if (!environment.split("\0").includes(`${tokenVariable}=${token}`)) return false;
  const identity = processIdentity(pid);
  return identity !== undefined && identity.bootId === child.bootId && identity.startTime >= child.startTime;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // already gone
  }
}
