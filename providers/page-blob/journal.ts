import { mkdir, open, readFile, rm, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Extent } from "#providers/page-blob/pieces";

const lineSchema = z.object({ piece: z.number(), ranges: z.array(z.object({ offset: z.number(), length: z.number() })) });
const headSchema = z.object({ upload: z.string() });

/**
 * What has arrived of one upload, a line a piece, so that a run after a killed one does not send it again. Losing it costs
 * bytes and nothing else: what it says counts only where the service lists it too.
 */
export class Journal {
  /** What the service has taken, by the offset of its piece. */
  readonly pieces = new Map<number, readonly Extent[]>();
  private readonly file: string;
  private readonly handle: FileHandle;
  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.handle = handle;
  }

  /** @param upload Another upload's journal is begun anew. */
  static async open(file: string, upload: string): Promise<Journal> {
    const [head, ...lines] = (await readFile(file, "utf8").catch(() => "")).split("\n");
    const known = headSchema.safeParse(parsed(head)).data?.upload === upload;
    if (!known) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify({ upload }));
    }
    const journal = new Journal(file, await open(file, "a"));
    await journal.handle.appendFile("\n"); // the last line may be half of one
    for (const line of known ? lines : []) {
      const { data } = lineSchema.safeParse(parsed(line));
      if (data) journal.pieces.set(data.piece, data.ranges);
    }
    return journal;
  }

  async add(piece: number, ranges: readonly Extent[]): Promise<void> {
    this.pieces.set(piece, ranges);
    await this.handle.appendFile(`${JSON.stringify({ piece, ranges })}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? "");
  } catch {
    return undefined;
  }
}
