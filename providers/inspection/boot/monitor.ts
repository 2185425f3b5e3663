import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { basename, dirname, join } from "node:path";
import { withShortPath } from "#providers/packer-build/short-path";

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** Milliseconds that QEMU may take for an answer. */
const patience = 30_000;

/**
 * Asks a running QEMU one thing over its monitor (QMP). The socket's path may be as long as it likes.
 * @throws Error when nobody listens or QEMU refuses.
 */
export function askMonitor(socket: string, command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return withShortPath(dirname(socket), async (short) => {
    const connection = connect(join(short, basename(socket)));
    connection.setTimeout(patience, () => connection.destroy(new Error("QEMU's monitor does not answer")));
    try {
      return await converse(connection, [{ execute: "qmp_capabilities" }, { execute: command, arguments: args }]);
    } finally {
      connection.destroy();
    }
  });
}

/** Sends the commands one after the other. @returns the last answer. */
function converse(connection: Socket, commands: readonly object[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const left = [...commands];
    connection.once("error", reject).once("close", () => reject(new Error("QEMU closed its monitor")));
    createInterface({ input: connection }).on("line", (line) => {
      const message = JSON.parse(line) as Message & Record<string, unknown>;
      if (message.error) return reject(new Error(message.error.desc));
      const next = "QMP" in message || "return" in message ? left.shift() : undefined;
      if (next) connection.write(`${JSON.stringify(next)}\n`);
      else if ("return" in message) resolve(message.return);
    }).on("error", reject);
  });
}
