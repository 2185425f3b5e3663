import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

/** A range that the service has taken. */
export const rangeSchema = z.object({ offset: z.number(), length: z.number(), md5: z.string() });
export type SentRange = z.infer<typeof rangeSchema>;

const lineSchema = z.object({ piece: z.number(), ranges: z.array(rangeSchema) });
const headSchema = z.object({ upload: z.string() });

/**
 * What has arrived of one upload, a line a piece, so that a run after a killed one does not send it again. Losing it costs
 * bytes and nothing else: what it says counts only where the service lists it too.
 */
export class Journal {
  /** By the offset of its piece. */
  readonly pieces = new Map<number, readonly SentRange[]>();
  private readonly file: string;
  private constructor(file: string) {
    this.file = file;
  }

  /** @param upload Another upload's journal is begun anew. */
  static async open(file: string, upload: string): Promise<Journal> {
    const journal = new Journal(file);
    const [head, ...lines] = (await readFile(file, "utf8").catch(() => "")).split("\n");
    if (headSchema.safeParse(parsed(head)).data?.upload !== upload) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify({ upload })}\n`);
      return journal;
    }
    for (const line of lines) {
      const { data } = lineSchema.safeParse(parsed(line)); // the last one may be half of one
      if (data) journal.pieces.set(data.piece, data.ranges);
    }
    await appendFile(file, "\n");
    return journal;
  }

  async add(piece: number, ranges: readonly SentRange[]): Promise<void> {
    this.pieces.set(piece, ranges);
    await appendFile(this.file, `${JSON.stringify({ piece, ranges })}\n`);
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
