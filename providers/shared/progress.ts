/** Milliseconds between two progress lines of one task. */
const interval = 2_000;
/** Milliseconds after which a step that says nothing is shown to be alive. */
const heartbeat = 15_000;

/**
 * Progress of one long task on the console, `[debian-12/build] script upgrade (42 s)`: at most one line in two seconds, the
 * newest wins, and every step that began is timed for the record.
 */
export class Progress {
  readonly steps: { name: string; seconds: number }[] = [];
  private readonly label: string;
  private current: { name: string; since: number } | undefined;
  private lastLine = 0;
  private pending: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly pulse: NodeJS.Timeout;

  constructor(label: string) {
    this.label = label;
    this.pulse = setInterval(() => this.beat(), heartbeat);
    this.pulse.unref();
  }

  /** Name of the step under way. */
  get step(): string {
    return this.current?.name ?? "start";
  }

  begin(name: string): void {
    if (this.current?.name === name) return;
    this.finishStep();
    this.current = { name, since: Date.now() };
    this.say(name);
  }

  /** A line about the step under way, such as how far a download is. */
  say(text: string): void {
    const wait = this.lastLine + interval - Date.now();
    if (wait <= 0) return this.print(text);
    this.pending = text;
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  done(text: string): void {
    this.finishStep();
    this.stop();
    this.print(text);
  }

  /** Ends all timers; nothing is printed afterwards. */
  stop(): void {
    this.finishStep();
    clearInterval(this.pulse);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = undefined;
  }

  private finishStep(): void {
    if (!this.current) return;
    this.steps.push({ name: this.current.name, seconds: Math.round((Date.now() - this.current.since) / 100) / 10 });
    this.current = undefined;
  }

  private beat(): void {
    if (this.current && Date.now() - this.lastLine >= heartbeat) this.print(`${this.current.name} (${Math.round((Date.now() - this.current.since) / 1000)} s)`);
  }

  private flush(): void {
    this.timer = undefined;
    if (this.pending !== undefined) this.print(this.pending);
  }

  private print(text: string): void {
    this.pending = undefined;
    this.lastLine = Date.now();
    console.log(`[${this.label}] ${text}`);
  }
}
