import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { baseEnvironment } from "#providers/shared/exec";
import { freePort } from "../free-port.ts";
import { pythonVenv } from "../python-venv.ts";
import { startService, type Service } from "../service.ts";
import type { Reply } from "./reply.ts";
import type { AwsRequest } from "./request.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/** A running moto. */
export class Moto {
  readonly url: string;
  readonly pid: number;
  readonly #service: Service;
  readonly #dir: string;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(url: string, service: Service, dir: string) {
    this.url = url;
    this.pid = service.pid;
    this.#service = service;
    this.#dir = dir;
  }

  static async start(log: (line: string) => void): Promise<Moto> {
    const venv = await pythonVenv("aws", requirements, log);
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-aws-"));
    const port = await freePort();
    const env = { ...baseEnvironment(), TMPDIR: dir, MOTO_EC2_LOAD_DEFAULT_AMIS: "false", PYTHONUNBUFFERED: "1", NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
    const service = startService("moto", [join(venv, "bin/moto_server"), "-H", "127.0.0.1", "-p", String(port)], { cwd: dir, env });
    const moto = new Moto(`http://127.0.0.1:${port}`, service, dir);
    try {
      await service.line(/Running on http/);
      return moto;
    } catch (error) {
      await moto.stop();
      throw error;
    }
  }

  /** Passes a request on as it came; a block's bytes are not moto's business. */
  async forward({ method, url, headers, body }: Pick<AwsRequest, "method" | "url" | "headers" | "body">): Promise<Reply> {
    const { connection, expect, "transfer-encoding": _, ...passed } = headers;
    const upstream = httpRequest(`${this.url}${url.pathname}${url.search}`, { method, headers: { ...passed, "content-length": String(body.length) }, agent: this.#agent });
    upstream.end(body);
    const [answer] = (await once(upstream, "response")) as [IncomingMessage];
    const { "transfer-encoding": _chunked, connection: _connection, "content-length": _length, date: _date, ...told } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: told as Reply["headers"], body: await buffer(answer) };
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#service.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
