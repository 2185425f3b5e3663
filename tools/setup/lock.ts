import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { FleetError } from "#model/errors";

const noticeAfterMs = 300;

/**
 * Runs `work` while no other process does so under the same lock file. It is a lock of the kernel (flock), so a killed
 * holder frees it at once and nothing stale can be left: a small child holds it until its standard input, our pipe, closes.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn("flock", ["--exclusive", "--no-fork", file, "sh", "-c", "echo held; exec cat >&2"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true, // Ctrl-C must not free the lock before the work has stopped
  });
  const ended = once(holder, "close");
  const notice = setTimeout(onWait, noticeAfterMs);
  try {
    await Promise.race([once(holder.stdout, "data"), ended.then(() => Promise.reject(new Error("flock ended")))]);
  } catch (error) {
    throw new FleetError({ action: "take a lock", place: file, cause: (error as Error).message, hint: "flock comes with util-linux; is the directory writable?" });
  } finally {
    clearTimeout(notice);
  }
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
