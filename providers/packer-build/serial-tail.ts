import { open, readFile } from "node:fs/promises";

/** Milliseconds between two looks at a growing console log. */
const interval = 500;

/** The guest's serial console as QEMU writes it to a file: shown live where wanted, its end kept for error messages. */
export class SerialTail {
  private readonly file: string;
  private readonly timer: NodeJS.Timeout | undefined;
  private offset = 0;
  private rest = "";

  constructor(file: string, onLine?: (line: string) => void) {
    this.file = file;
    if (onLine) this.timer = setInterval(() => void this.poll(onLine), interval);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The last 10 lines that are not empty, without terminal control sequences. */
  async last(): Promise<string[]> {
    const text = await readFile(this.file, "utf8").catch(() => "");
    return text.split(/\r?\n/).map(plain).filter((line) => line.trim() !== "").slice(-10);
  }

  private async poll(onLine: (line: string) => void): Promise<void> {
    const handle = await open(this.file).catch(() => undefined);
    if (!handle) return;
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, this.offset);
      this.offset += bytesRead;
      const lines = (this.rest + buffer.toString("utf8", 0, bytesRead)).split(/\r?\n/);
      this.rest = lines.pop() ?? "";
      for (const line of lines) onLine(plain(line));
    } finally {
      await handle.close();
    }
  }
}

function plain(line: string): string {
  return line.replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f]/g, "");
}
