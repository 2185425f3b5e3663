import { statfs } from "node:fs/promises";

/** Milliseconds between two looks. */
const interval = 500;
const fullBelow = 1024 * 1024;

/**
 * Watches whether a file system fills up. QEMU only pauses a guest whose disk cannot grow, and Packer frees the space again
 * before it ends, so that nothing else tells afterwards.
 */
export class FreeSpace {
  /** Whether there was a moment without free space. */
  wasFull = false;
  private readonly timer: NodeJS.Timeout;

  constructor(dir: string) {
    this.timer = setInterval(() => void this.look(dir), interval).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(dir: string): Promise<void> {
    const space = await statfs(dir).catch(() => undefined);
    if (space && space.bavail * space.bsize < fullBelow) this.wasFull = true;
  }
}
