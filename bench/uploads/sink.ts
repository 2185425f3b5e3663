import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { ServiceKind, ServiceOptions, SinkCounts } from "./service.ts";
import type { SinkRequest } from "./sink-process.ts";

/** Services that take uploads, on the loopback interface and in a process of their own, with a latency that is chosen. */
export class Sink {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Sink> {
    const child = fork(new URL("./sink-process.ts", import.meta.url), { execArgv: [] });
    const [port] = (await once(child, "message")) as [number];
    return new Sink(child, port);
  }

  /** Is that service from now on, empty, with all counts at nothing. @param latencyMs From the end of a request to its answer. */
  async begin(kind: ServiceKind, options: ServiceOptions, latencyMs: number): Promise<void> {
    await this.ask({ begin: { kind, options, latencyMs } });
  }

  /** Since `begin`. */
  async counts(): Promise<SinkCounts> {
    return this.ask({ count: true });
  }

  async stop(): Promise<void> {
    const gone = once(this.child, "exit");
    this.child.disconnect();
    await gone;
  }

  private async ask(request: SinkRequest): Promise<SinkCounts> {
    const reply = once(this.child, "message") as Promise<[SinkCounts]>;
    this.child.send(request);
    return (await reply)[0];
  }
}
