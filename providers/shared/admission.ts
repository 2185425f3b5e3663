import { availableParallelism, freemem } from "node:os";
import { Semaphore } from "async-mutex";

/** Part of the memory free at the first build that guests may use together. */
const memoryShare = 0.8;

const cores = availableParallelism();
const cpu = new Semaphore(cores);
const brief = new Semaphore(cores);
const memoryMiB = Math.max(1, Math.floor((freemem() / 2 ** 20) * memoryShare));
const memory = new Semaphore(memoryMiB);

/**
 * Runs heavy work when the machine has room for it. A task that wants more than the machine has gets the whole machine.
 * All tasks ask in one order, cores before memory, so none can wait for another in a circle.
 */
export async function admitted<T>(want: { cpus: number; memoryMiB: number }, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const cpus = Math.min(want.cpus, cores);
  const mib = Math.min(want.memoryMiB, memoryMiB);
  if (cpu.getValue() < cpus || memory.getValue() < mib) onWait();
  return cpu.runExclusive(() => memory.runExclusive(work, mib), cpus);
}

/** Runs work of a few seconds: it takes turns with its like, and waits for no guest, which may hold the machine for minutes. */
export function admittedBriefly<T>(work: () => Promise<T>): Promise<T> {
  return brief.runExclusive(work);
}
