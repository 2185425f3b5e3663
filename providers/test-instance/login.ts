import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keyFile } from "#providers/inspection/boot/seed";
import { Shell } from "#providers/inspection/boot/shell";
import { runProgram } from "#providers/inspection/boot/run-program";
import type { Wait } from "#providers/test-instance/order-server";

const sshPort = 22;
/** Milliseconds between two attempts, and for a greeting. */
const interval = 1_000;
const greeting = 3_000;

/** A key for one server alone. @returns its public part. */
export async function makeKey(dir: string, action: string): Promise<string> {
  await runProgram("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "imagefleet-boot", "-f", join(dir, keyFile)], action);
  return (await readFile(join(dir, `${keyFile}.pub`), "utf8")).trim();
}

/** Waits until a server lets us in. @returns the way in, or why there is none. */
export async function loginTo(address: string, user: string, dir: string, { deadline, signal }: Wait): Promise<Shell | string> {
  const shell = new Shell(dir, sshPort, address);
  shell.user = user;
  let last = `nothing answered at ${address}`;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (await shell.greets(greeting)) {
      const { ok, tail } = await shell.run("true", { signal, timeoutMs: Math.max(1, deadline - Date.now()) });
      if (ok) return shell;
      last = tail.at(-1) ?? `SSH at ${address} answered, but no login came to an end`;
    }
    await sleep(interval, undefined, { signal });
  }
  return last;
}
