import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { workDir } from "#providers/shared/project";

const schema = z.object({ session: z.url(), sha256: z.string(), bytes: z.number(), generation: z.string() });

/** An upload that was begun. Its session's address lets anybody write the object: it is kept in a file that only we may read, and nowhere else. */
export type Entry = z.infer<typeof schema>;

/** What outlives a run of an upload, so that the next one goes on where it was. Losing it costs bytes, and nothing else. */
export class Journal {
  private readonly file: string;
  constructor(bucket: string, name: string) {
    const digest = createHash("sha256").update(`${bucket}/${name}`).digest("hex").slice(0, 16);
    this.file = join(workDir(), "uploads", `gcs-${digest}.json`);
  }

  /** @returns undefined where there is none, or none that can be read. */
  async read(): Promise<Entry | undefined> {
    try {
      return schema.parse(JSON.parse(await readFile(this.file, "utf8")));
    } catch {
      return undefined;
    }
  }

  async write(entry: Entry): Promise<void> {
    const unfinished = `${this.file}.${randomUUID()}`;
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await writeFile(unfinished, JSON.stringify(entry), { mode: 0o600 });
    await rename(unfinished, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
