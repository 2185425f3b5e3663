import { readdir, readFile } from "node:fs/promises";

const pageBytes = 4096;
const periodMs = 250;

/** Runs something and looks, four times a second, at the memory of a process and all below it. @returns the most, in bytes. */
export async function peakMemory(pid: number, done: Promise<unknown>): Promise<number> {
  let most = 0;
  const timer = setInterval(() => void memoryOf(pid).then((bytes) => { most = Math.max(most, bytes); }), periodMs);
  await done.finally(() => clearInterval(timer));
  return most;
}

/** Resident bytes of a process and its descendants; what they share is counted for each. */
async function memoryOf(root: number): Promise<number> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").then(parse, () => undefined)));
  const known = stats.filter((one) => one !== undefined);
  const below = new Set([root]);
  for (let before = 0; before < below.size; ) {
    before = below.size;
    for (const { pid, parent } of known) if (below.has(parent)) below.add(pid);
  }
  return known.filter(({ pid }) => below.has(pid)).reduce((sum, { pages }) => sum + pages * pageBytes, 0);
}

/** Fields of proc(5) after the name, which may hold anything. */
function parse(text: string): { readonly pid: number; readonly parent: number; readonly pages: number } {
  const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid: Number.parseInt(text, 10), parent: Number(rest[1]), pages: Number(rest[21]) };
}
