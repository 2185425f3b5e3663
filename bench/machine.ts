import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { accelerator } from "#providers/shared/kvm";
import type { Toolchain } from "../tools/setup/ensure-toolchain.ts";

/** What the figures depend on. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  /** GiB, rounded. */
  readonly memoryGiB: number;
  readonly accelerator: "kvm" | "tcg";
  readonly system: string;
  /** Versions by name. */
  readonly tools: Readonly<Record<string, string>>;
  /** Processes that wanted a core when the run began, on average over a minute. */
  readonly load: number;
}

const shown = ["pulumi", "packer", "packer-plugin-qemu", "qemu-system-x86_64"];

export async function machineFacts({ tools }: Toolchain): Promise<MachineFacts> {
  const versions = tools.filter(({ name }) => shown.includes(name)).map(({ name, version }) => [name, version ?? ""]);
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    accelerator: await accelerator(),
    system: /^PRETTY_NAME="?([^"\n]+)/m.exec(await readFile("/etc/os-release", "utf8").catch(() => ""))?.[1] ?? process.platform,
    tools: { node: process.versions.node, ...Object.fromEntries(versions) },
    load: Math.round(loadavg()[0]! * 10) / 10,
  };
}
