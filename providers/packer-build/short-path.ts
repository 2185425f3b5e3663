import { randomBytes } from "node:crypto";
import { rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Lends a directory a short name for as long as the work runs. What a killed run leaves is a dangling link, no data. */
export async function withShortPath<T>(dir: string, work: (short: string) => Promise<T>): Promise<T> {
  const short = join(tmpdir(), `imagefleet-${randomBytes(6).toString("hex")}`);
  await symlink(dir, short);
  try {
    return await work(short);
  } finally {
    await rm(short, { force: true });
  }
}
