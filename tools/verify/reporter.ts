const reportEveryMs = 2000;

/** Progress on stderr: at most one line in two seconds, and none for what takes less. */
export class Reporter {
  #subject = "";
  #reported = Date.now();

  subject(text: string): void {
    this.#subject = text;
    this.#say("");
  }

  /** How far the reading of a file is; `total` is 0 where nobody knows it. */
  read(name: string, bytes: number, total: number): void {
    this.#say(`, ${name}: ${total > 0 ? `${Math.floor((100 * bytes) / total)} %` : `${Math.floor(bytes / 2 ** 20)} MiB`}`);
  }

  #say(detail: string): void {
    if (Date.now() - this.#reported < reportEveryMs) return;
    this.#reported = Date.now();
    console.error(`[verify] ${this.#subject}${detail}`);
  }
}
