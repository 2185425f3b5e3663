import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Paths of files below a directory whose bytes hold one of the texts. */
export async function filesWith(dir: string, texts: readonly string[], wanted: (path: string) => boolean = () => true): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (!wanted(path)) continue;
    const bytes = await readFile(path).catch(() => Buffer.alloc(0)); // gone meanwhile
    if (texts.some((text) => bytes.includes(text))) found.push(path);
  }
  return found;
}

export interface Sightings {
  /** Command lines that held the text. */
  readonly commands: readonly string[];
  /** Files that held it at some moment. */
  readonly files: readonly string[];
  /** Programs that were looked at. */
  readonly programs: ReadonlySet<string>;
  /** How often it was looked. */
  readonly looks: number;
}

/** Looks for a text in the arguments of all running processes, and in files below a directory, again and again until `stop`. */
export function watchFor(text: string, dir: string): { stop(): Promise<Sightings> } {
  const [commands, files, programs] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let looks = 0;
  let stopped = false;
  const look = async (): Promise<void> => {
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
      programs.add(line.split("\0")[0]!.split("/").at(-1)!);
      if (line.includes(text)) commands.add(line.replaceAll("\0", " "));
    }
    // Disks are searched when they are finished.
    for (const file of await filesWith(dir, [text], (path) => !/\.(qcow2|iso)$/.test(path))) files.add(file);
    looks += 1;
  };
  const watching = (async () => {
    for (; !stopped; await new Promise((resolve) => setTimeout(resolve, 100))) await look();
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return { commands: [...commands], files: [...files], programs, looks };
    },
  };
}
