import { execa, type ResultPromise } from "execa";

const stopMs = 5000;
const tailLines = 40;

/** A server of a test: a child that dies with us, however we die. */
export interface Service {
  readonly name: string;
  readonly pid: number;
  /** Waits for a line of its standard output; fails with its last lines when it ends first. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The last lines that it wrote, for messages. */
  tail(): string;
  /** Ends it: politely, then not. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function startService(name: string, command: readonly [string, ...string[]], options: ServiceOptions): Service {
  // pdeathsig: a server does not outlive a test run that was killed
  const child = execa("setpriv", ["--pdeathsig", "KILL", "--", ...command], { ...options, extendEnv: false, stdin: "ignore", reject: false, all: true, buffer: false });
  const lines = new Lines(child);
  return {
    name,
    pid: child.pid ?? 0,
    line: (pattern) => lines.find(name, pattern),
    tail: () => lines.kept.join("\n"),
    async stop() {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
      await child;
      clearTimeout(force);
    },
  };
}

/** What a child says, line by line, for whoever waits for one of them. */
class Lines {
  readonly kept: string[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  constructor(child: ResultPromise) {
    void this.#read(child);
  }

  async find(name: string, pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const found = this.kept.map((line) => line.match(pattern)).find((match) => match !== null);
      if (found) return found;
      if (this.#ended) throw new Error(`${name} ended before it was ready:\n${this.kept.join("\n")}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #read(child: ResultPromise): Promise<void> {
    try {
      for await (const line of child.iterable({ from: "all" })) {
        this.kept.push(String(line));
        if (this.kept.length > tailLines) this.kept.shift();
        this.#wake();
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
