import { link, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./errors.ts";

/** Waits until a file's content, or a directory's entries, are on the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a new file and waits until it is on the disk; its name is durable once the directory is flushed too. */
export async function writeDurably(path: string, text: string, mode = 0o444): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory with all its parents, durably: the entries up to `root` are flushed even if they were there, since
 * another process may have made them and not flushed them yet.
 */
export async function makeDirectory(path: string, root: string): Promise<void> {
  const made = await mkdir(path, { recursive: true });
  const top = made && made.length <= root.length ? dirname(made) : root;
  for (let parent = path; parent !== top; ) {
    parent = dirname(parent);
    await flush(parent);
  }
}

/** Gives a flushed file its final name, unless something has it already. Atomic: a reader sees nothing or all of it. */
export async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  await flush(dirname(to));
  return true;
}

/** Moves a directory to its final name, unless a directory with something in it is there already. Atomic. */
export async function moveIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
  await flush(dirname(to));
  await flush(dirname(from));
  return true;
}
