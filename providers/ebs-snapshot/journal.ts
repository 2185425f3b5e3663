import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { processIdentity } from "#store/process-identity";
import { workDir } from "#providers/shared/project";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import { blockRecord, readRecords } from "#providers/ebs-snapshot/blocks/records";

const headSchema = z.object({
  /** Asked for with this, a snapshot is made once, however often it is asked for. */
  token: z.string(),
  /** Of the whole artifact. */
  sha256: z.string(),
  /** Absent: it was asked for, and no answer is known. */
  snapshotId: z.string().optional(),
  /** Snapshot that it builds upon, and the artifact that this was made of. */
  parent: z.object({ snapshotId: z.string(), sha256: z.string() }).optional(),
  /** Who sends. */
  process: z.object({ pid: z.number(), startTime: z.number(), bootId: z.string(), host: z.string(), pidNamespace: z.string() }).optional(),
});
export type JournalHead = z.infer<typeof headSchema>;

/** Milliseconds within which what was sent is noted. */
const noteWithin = 20;

/** Where it is: `.imagefleet/uploads/<site>.<region>.<image>@<version>.ebs`. */
export function journalFile({ site, region, image, version }: Pick<SnapshotInputs, "site" | "region" | "image" | "version">): string {
  return join(workDir(), "uploads", `${site}.${region}.${image}@${version}.ebs`);
}

/** What an earlier run has noted. @returns undefined where there is nothing sound: then all is sent again */
export async function readJournal(file: string): Promise<{ head: JournalHead; sent: Map<number, Uint8Array> } | undefined> {
  try {
    const content = await readFile(file);
    const end = content.indexOf("\n");
    return { head: headSchema.parse(JSON.parse(content.toString("utf8", 0, end))), sent: readRecords(content.subarray(end + 1)) };
  } catch {
    return undefined;
  }
}

/** What one upload has sent, on disk, so that after a kill the next run goes on. Losing it costs bytes, never correctness. */
export class Journal {
  readonly head: JournalHead;
  /** Blocks that the service has taken, in this run and in those before. */
  readonly sent: Map<number, Uint8Array>;
  private readonly file: string;
  private readonly handle: FileHandle;
  private noted: Promise<void> = Promise.resolve();
  private pending: Buffer[] = [];
  private timer: NodeJS.Timeout | undefined;

  private constructor(file: string, head: JournalHead, sent: Map<number, Uint8Array>, handle: FileHandle) {
    this.file = file;
    this.head = head;
    this.sent = sent;
    this.handle = handle;
  }

  static async begin(file: string, known: Omit<JournalHead, "process">, sent: ReadonlyMap<number, Uint8Array> = new Map()): Promise<Journal> {
    const head = { ...known, process: processIdentity() };
    const temporary = `${file}.${process.pid}`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...[...sent].map(([index, digest]) => blockRecord(index, digest))]));
    await rename(temporary, file);
    return new Journal(file, head, new Map(sent), await open(file, "a"));
  }

  add(index: number, digest: Uint8Array): void {
    this.sent.set(index, digest);
    this.pending.push(blockRecord(index, digest));
    this.timer ??= setTimeout(() => void this.flush(), noteWithin);
  }

  /** Notes all; afterwards nothing can be added. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    await this.handle.close();
  }

  /** The snapshot is whole, or given up. */
  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  private flush(): Promise<void> {
    this.timer = undefined;
    const records = Buffer.concat(this.pending);
    this.pending = [];
    // a full disk costs the next run some bytes
    this.noted = this.noted.then(() => this.handle.appendFile(records)).catch(() => {});
    return this.noted;
  }
}
