import { createServer } from "node:net";
import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { Guest } from "#providers/inspection/boot/guest";
import { runProgram } from "#providers/inspection/boot/run-program";

const seconds = 5;
/** Milliseconds that copying and measuring may take. */
const patience = 180_000;

/**
 * Mbit/s from a guest to its host by iperf3. The image need not have it: the host's own, with the libraries that it needs, is lent to
 * the guest in memory, which is why this asks no more of the guest than a kernel.
 * @returns the figure, or why there is none.
 * @throws FleetError when the host has no iperf3.
 */
export async function measureThroughput(guest: Guest): Promise<number | string> {
  const { signal } = guest.options;
  const port = await freePort();
  const done = new AbortController();
  const until = { signal: AbortSignal.any([done.signal, ...(signal ? [signal] : [])]), timeoutMs: patience };
  const server = exec("iperf3", ["--server", "--one-off", "--bind", "127.0.0.1", "--port", String(port)], { env: baseEnvironment(), graceMs: 500, ...until });
  try {
    return await measure(guest, port, { signal, timeoutMs: patience });
  } finally {
    done.abort();
    await server;
  }
}

async function measure(guest: Guest, port: number, limits: { signal?: AbortSignal; timeoutMs: number }): Promise<number | string> {
  const action = `measure the network to ${guest.options.purpose}`;
  const place = "/dev/shm/imagefleet";
  const { files, command } = await portableIperf(action);
  // Where we may, a file system of its own: hardened images forbid programs in /dev/shm.
  const made = await guest.shell.run(`mkdir -p ${place} && { [ "$(id -u)" != 0 ] || mount -t tmpfs -o mode=700,exec imagefleet ${place}; }`, limits);
  if (!made.ok) return `there is no place in memory for iperf3: ${made.tail.join("; ")}`;
  const sent = await guest.shell.send(files, place, limits);
  if (!sent.ok) return `iperf3 could not be copied into the guest by SFTP: ${sent.tail.join("; ")}`;
  const result = await guest.shell.run(`cd ${place} && ${command} --client 10.0.2.2 --port ${port} --time ${seconds} --json`, limits);
  return received(result.stdout) ?? `iperf3 failed in the guest: ${result.tail.slice(-3).join("; ")}`;
}

function received(json: string): number | undefined {
  try {
    const report = JSON.parse(json) as { end?: { sum_received?: { bits_per_second?: number } } };
    const bits = report.end?.sum_received?.bits_per_second;
    return bits === undefined ? undefined : Math.round(bits / 1e6);
  } catch {
    return undefined;
  }
}

/** The host's iperf3 with its libraries and their loader, which all lie in one directory of the guest. */
async function portableIperf(action: string): Promise<{ files: string[]; command: string }> {
  const found = await exec("sh", ["-c", "command -v iperf3"], { env: baseEnvironment() });
  const program = found.stdout.trim();
  if (!found.ok) throw new FleetError({ action, cause: "iperf3 is not on PATH, and gates.boot.throughput asks for a measurement", hint: "apt-get install iperf3, or set gates.boot.throughput to 0" });
  const list = (await runProgram("ldd", [program], action)).stdout;
  const libraries = [...list.matchAll(/(?:=>\s+|^\s+)(\/\S+)/gm)].map((match) => match[1]!);
  const loader = libraries.find((file) => /\/ld-[^/]*\.so[^/]*$/.test(file));
  const name = (file: string) => file.slice(file.lastIndexOf("/") + 1);
  return { files: [program, ...libraries], command: loader ? `./${name(loader)} --library-path . ./${name(program)}` : `./${name(program)}` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
