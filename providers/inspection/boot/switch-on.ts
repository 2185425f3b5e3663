import { chmod, copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";
import { accelerator } from "#providers/shared/kvm";
import { workDir } from "#providers/shared/project";
import type { GuestOptions } from "#providers/inspection/boot/guest";
import { machineArguments, machineFiles } from "#providers/inspection/boot/machine";
import { askMonitor } from "#providers/inspection/boot/monitor";
import { programFailed, runProgram } from "#providers/inspection/boot/run-program";
import { makeSeed } from "#providers/inspection/boot/seed";
import { findUefiFirmware } from "#providers/inspection/boot/uefi-firmware";

const qemu = "qemu-system-x86_64";
/** Milliseconds that QEMU may take to start. */
const startTime = 60_000;

/** QEMU while it runs, and what came of it. */
export class RunningMachine {
  /** In milliseconds since 1970. */
  readonly startedAt = Date.now();
  /** Resolves when it has ended. */
  readonly result: Promise<ExecResult>;
  ended: ExecResult | undefined;
  private readonly socket: string;
  private readonly purpose: string;
  private readonly plug = new AbortController();

  constructor(args: readonly string[], dir: string, { purpose, signal }: GuestOptions) {
    this.socket = join(dir, machineFiles.monitor);
    this.purpose = purpose;
    const stop = AbortSignal.any([this.plug.signal, ...(signal ? [signal] : [])]);
    this.result = exec(qemu, args, { cwd: dir, env: baseEnvironment(), signal: stop, graceMs: 2000, registry: { workDir: workDir(), purpose } })
      .then((result) => (this.ended = result));
  }

  /** Port of the host, on loopback, that leads to the guest's SSH: QEMU takes a free one, so that no two can want the same. */
  async sshPort(): Promise<number> {
    const network = await this.firstAnswer("human-monitor-command", { "command-line": "info usernet" });
    return Number(/HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(String(network))![1]);
  }

  async ask(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      return await askMonitor(this.socket, command, args);
    } catch (error) {
      this.failIfEnded();
      throw error;
    }
  }

  /** @throws FleetError when it ended, and not because the guest switched it off. */
  failIfBroken(): void {
    if (this.ended && !this.ended.ok) this.failIfEnded();
  }

  async kill(): Promise<void> {
    this.plug.abort();
    await this.result;
  }

  /** QEMU needs a moment before its monitor listens. */
  private async firstAnswer(command: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    while (Date.now() < this.startedAt + startTime) {
      const answer = await askMonitor(this.socket, command, args).catch(() => undefined);
      if (answer !== undefined) return answer;
      this.failIfEnded();
      await sleep(50);
    }
    return this.ask(command, args);
  }

  private failIfEnded(): void {
    if (this.ended) throw programFailed(qemu, this.purpose, this.ended);
  }
}

/** Makes what a guest needs in its private directory, and switches it on. */
export async function switchOn(options: GuestOptions, dir: string, serialLog: string): Promise<RunningMachine> {
  const { purpose, firmware, bus, cpus = 1, memoryMiB = 1024, reachHost = false } = options;
  const flash = firmware === "uefi" ? await ownFirmware(dir) : undefined;
  await makeOverlay(options, dir);
  await makeSeed(dir, purpose);
  const args = machineArguments({ firmware, bus, accelerator: await accelerator(), cpus, memoryMiB, reachHost, flash }, resolve(serialLog));
  return new RunningMachine(args, dir, options);
}

/** What the guest writes goes there. */
async function makeOverlay({ disk, growGiB = 0, purpose }: GuestOptions, dir: string): Promise<void> {
  const overlay = join(dir, machineFiles.disk);
  await runProgram("qemu-img", ["create", "-q", "-f", "qcow2", "-F", disk.driver, "-b", resolve(disk.file), overlay], `lay a writable disk over ${disk.file} to ${purpose}`);
  if (growGiB > 0) await runProgram("qemu-img", ["resize", "-q", "-f", "qcow2", overlay, `+${growGiB}G`], `enlarge the disk to ${purpose}`);
}

async function ownFirmware(dir: string) {
  const { code, variables } = await findUefiFirmware();
  const filename = join(dir, "variables");
  await copyFile(variables.filename, filename);
  await chmod(filename, 0o600);
  return { code, variables: { ...variables, filename } };
}
