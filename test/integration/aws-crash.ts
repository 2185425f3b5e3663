import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { Semaphore } from "async-mutex";
import type { World } from "../servers/aws/world.ts";
import type { AwsFleet } from "./aws-fleet.ts";
import { signalTree } from "./kill-tree.ts";

/** What a run would leave behind if it were killed at a request: in AWS, and in the files of its project. */
export interface Aftermath {
  /** The requests that would leave just this: `3 ec2:RegisterImage eu-central-1`. */
  readonly points: string[];
  readonly world: World;
  /** Copies of the files. */
  readonly files: string;
}

/** What a run changes of a project: the engine's state and locks, journals of uploads, the store's documents. */
const changing = ["state", ".imagefleet"];
/** Sealed releases never change, and what the engine keeps of former states it never reads. */
const left = [join(".imagefleet", "store", "images"), join("state", ".pulumi", "history"), join("state", ".pulumi", "backups")];

/**
 * Runs `up` once, to its end, and takes at each of its requests down what a SIGKILL would leave there: the service has done what it was
 * asked, nobody has heard of it yet. All of the run's processes stand still meanwhile. Requests that leave the same share an aftermath.
 * @returns in order, with the run's exit code and output
 */
export async function recordAftermaths(fleet: AwsFleet): Promise<{ aftermaths: Aftermath[]; requests: number; exitCode: number | undefined; text: string }> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-crash-"));
  const found = new Map<string, Aftermath>();
  const one = new Semaphore(1); // regions are worked on side by side
  let requests = 0;
  const run = fleet.project.run("up");
  fleet.aws.hook({ times: Infinity }, "after", ({ service, action, region }) => one.runExclusive(async () => {
    await signalTree(run.pid!, "SIGSTOP");
    const point = `${requests++} ${service}:${action} ${region}`;
    const world = fleet.aws.admin.save();
    const key = await digestOf(fleet);
    const known = found.get(key);
    if (known) known.points.push(point);
    else {
      const files = join(dir, String(found.size));
      found.set(key, { points: [point], world, files });
      for (const part of changing) await copied(fleet.project.path(), files, part);
    }
    await signalTree(run.pid!, "SIGCONT");
  }));
  const { exitCode, all } = await run;
  fleet.aws.heal();
  return { aftermaths: [...found.values()], requests, exitCode, text: String(all) };
}

/** They are needed no more. */
export async function forget([first]: readonly Aftermath[]): Promise<void> {
  if (first) await rm(dirname(first.files), { recursive: true, force: true });
}

/** Puts an aftermath in place of what a fleet has, be it the one that it was recorded of or another. */
export async function restore(fleet: AwsFleet, { world, files }: Aftermath): Promise<void> {
  fleet.aws.admin.restore(world);
  const project = fleet.project.path();
  for (const part of changing) {
    for (const file of await filesIn(project, part)) await rm(join(project, file));
    await copied(files, project, part);
  }
}

async function copied(from: string, to: string, part: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(join(from, part), join(to, part), { recursive: true, force: true, filter: (path) => isKept(relative(from, path)) });
}

async function filesIn(root: string, part: string): Promise<string[]> {
  const entries = await readdir(join(root, part), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(root, join(parentPath, name))).filter(isKept).sort();
}

function isKept(path: string): boolean {
  return !left.some((one) => path === one || path.startsWith(`${one}${sep}`));
}

/** Alike for aftermaths that differ in nothing but names given at random, times and processes. */
async function digestOf({ aws: { admin }, project }: AwsFleet): Promise<string> {
  const facts: unknown[] = [admin.images().map(({ settleAt: _, state: __, created: ___, ...image }) => image), admin.snapshots().map(({ status, parent, blocks, completeAt: _, started: __, ...one }) => [one, status === "open", parent?.id, [...blocks.values()].map(({ checksum }) => checksum)]), admin.allTags()];
  for (const part of changing) {
    for (const file of await filesIn(project.path(), part)) {
      if (/[/]locks[/]|[.](bak|attrs)$/.test(file)) continue;
      facts.push(file, (await readFile(project.path(file))).toString("latin1"));
    }
  }
  const names = new Map<string, number>();
  const text = JSON.stringify(facts)
    .replace(/\b(ami|snap)-[0-9a-f]{17}\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, (name) => `<${names.get(name) ?? names.set(name, names.size).size - 1}>`)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, "<time>")
    .replace(/\\"process\\":\{[^}]*\}/g, "");
  return createHash("sha256").update(text).digest("hex");
}
