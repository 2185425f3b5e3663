import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Kind } from "../shared/kind.ts";
import { outputOf } from "./local-command.ts";

interface Host {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly hostKey?: string;
}

interface Connection extends Host {
  readonly proxy?: Host;
}

/** A command of another host, by OpenSSH's own client; keys are those of the agent. */
export const remoteCommand: Kind<object> = {
  token: "command:remote:Command",
  replace: ["triggers"],
  async create(inputs) {
    const { create, connection } = inputs as unknown as { create: string; connection: Connection };
    return { id: randomUUID(), state: { ...inputs, ...(await logIn(connection, create)) } };
  },
  read: (id, known) => Promise.resolve({ id, state: known }),
  async update(_id, inputs) {
    return (await remoteCommand.create(inputs, undefined as never)).state;
  },
  async delete() {},
};

async function logIn(connection: Connection, command: string): Promise<object> {
  const dir = await mkdtemp(join(tmpdir(), "command-plugin-"));
  try {
    const hosts = [connection, ...(connection.proxy ? [connection.proxy] : [])];
    await writeFile(join(dir, "known_hosts"), hosts.map(({ host, port = 22, hostKey }) => `[${host}]:${port} ${hostKey ?? ""}\n`).join(""));
    // Without a key the official plugin takes any, so a fleet that pins none must not be taken for one that does.
    const common = ["-F", "/dev/null", "-o", `StrictHostKeyChecking=${hosts.every(({ hostKey }) => hostKey) ? "yes" : "no"}`, "-o", `UserKnownHostsFile=${join(dir, "known_hosts")}`, "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"];
    const { proxy } = connection;
    const through = proxy ? ["-o", `ProxyCommand=ssh ${common.join(" ")} -W %h:%p ${addressOf(proxy).join(" ")}`] : [];
    return await outputOf(execa("ssh", [...common, ...through, ...addressOf(connection), command], { reject: false }), command);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function addressOf({ host, port = 22, user }: Host): string[] {
  return ["-p", String(port), ...(user === undefined ? [] : ["-l", user]), host];
}
