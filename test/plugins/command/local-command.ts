import { randomUUID } from "node:crypto";
import { execa } from "execa";
import type { Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";

/** A command of this machine. A change of its triggers runs it anew. */
export const localCommand: Kind<object> = {
  token: "command:local:Command",
  replace: ["triggers"],
  async create(inputs) {
    const { create, environment, dir } = inputs as { create: string; environment?: Record<string, string>; dir?: string };
    const { stdout, stderr } = await outputOf(execa("/bin/sh", ["-c", create], { env: environment, cwd: dir, reject: false }), create);
    return { id: randomUUID(), state: { ...inputs, stdout, stderr } };
  },
  read: (id, known) => Promise.resolve({ id, state: known }),
  /** The official one runs `update`, or else `create`, again. */
  async update(_id, inputs) {
    return (await localCommand.create(inputs, undefined as never)).state;
  },
  async delete() {},
};

/** @throws what the official plugin says of a command that failed. */
export async function outputOf(running: Promise<{ exitCode?: number; stdout: string; stderr: string }>, command: string): Promise<Properties> {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(`exit status ${exitCode}: running ${JSON.stringify(command)}:\n${stderr}`);
  return { stdout, stderr };
}
