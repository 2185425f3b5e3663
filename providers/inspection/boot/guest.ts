import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Firmware } from "#model/release";
import { SerialTail } from "#providers/packer-build/serial-tail";
import { deadEnd } from "#providers/inspection/boot/dead-ends";
import type { GuestBus } from "#providers/inspection/boot/machine";
import { programFailed } from "#providers/inspection/boot/run-program";
import { logins } from "#providers/inspection/boot/seed";
import { Shell } from "#providers/inspection/boot/shell";
import { switchOn, type RunningMachine } from "#providers/inspection/boot/switch-on";

export interface GuestDisk {
  readonly file: string;
  /** QEMU's name of its format: a VHD is `vpc`. */
  readonly driver: "qcow2" | "raw" | "vpc" | "vhdx" | "vmdk";
}

export interface GuestOptions {
  /** What is being done, for messages and the record of running children: `boot debian-12@2026.1101.1 (uefi/virtio)`. */
  readonly purpose: string;
  /** Never written: the guest has an overlay. */
  readonly disk: GuestDisk;
  readonly firmware: Firmware;
  readonly bus: GuestBus;
  /** How much larger than the file the guest sees the disk, in GiB. Default 0. */
  readonly growGiB?: number;
  /** May the guest reach the host (at 10.0.2.2) and what the host reaches? Default false: it can only be reached. */
  readonly reachHost?: boolean;
  /** Default 1. */
  readonly cpus?: number;
  /** Default 1024. */
  readonly memoryMiB?: number;
  /** Where the guest's console is kept. Default: in the guest's private directory, which goes with it. */
  readonly serialLog?: string;
  /** Where the private directory is made. Default: that for temporary files. */
  readonly dir?: string;
  /** Stops the guest. */
  readonly signal?: AbortSignal;
}

/** Milliseconds between two looks at a guest that does not answer yet. */
const interval = 500;

/**
 * A machine that boots a disk as a user's would, with a NoCloud seed and a login key of its own, reachable on loopback only.
 * Whoever starts it must stop it; a killed run's guest is stopped by the next run.
 */
export class Guest {
  readonly shell: Shell;
  /** When it was switched on, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly dir: string;
  readonly serialLog: string;
  readonly options: GuestOptions;
  private readonly machine: RunningMachine;

  private constructor(options: GuestOptions, dir: string, serialLog: string, machine: RunningMachine, port: number) {
    this.options = options;
    this.dir = dir;
    this.serialLog = serialLog;
    this.machine = machine;
    this.startedAt = machine.startedAt;
    this.shell = new Shell(dir, port);
  }

  /** Switches the machine on. @throws FleetError when there is no such machine here, or it was cancelled. */
  static async start(options: GuestOptions): Promise<Guest> {
    const dir = await mkdtemp(join(options.dir ?? tmpdir(), "imagefleet-guest-"));
    const serialLog = options.serialLog ?? join(dir, "serial.log");
    let machine: RunningMachine | undefined;
    try {
      machine = await switchOn(options, dir, serialLog);
      return new Guest(options, dir, serialLog, machine, await machine.sshPort());
    } catch (error) {
      await machine?.kill();
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Waits until it lets us in.
   * @returns why it never will, or has not in that time. undefined: we may log in.
   * @throws FleetError when QEMU failed, or it was cancelled.
   */
  async refusal(timeoutMs: number): Promise<string | undefined> {
    const deadline = Date.now() + timeoutMs;
    let last = "nothing answered to SSH";
    while (Date.now() < deadline) {
      this.failIfBroken();
      if (this.machine.ended) return "the guest switched itself off";
      const end = deadEnd(await readFile(this.serialLog, "latin1").catch(() => ""));
      if (end) return end;
      if (await this.shell.greets(Math.min(3000, deadline - Date.now()))) {
        const refused = await this.tryLogins(deadline);
        if (refused === undefined) return undefined;
        last = refused;
      }
      await sleep(interval);
    }
    return `${last} within ${Math.round(timeoutMs / 1000)} s`;
  }

  /** Runs a script in the guest. @returns what it printed. @throws FleetError when it fails. */
  async run(script: string, timeoutMs?: number): Promise<string> {
    const result = await this.shell.run(script, { signal: this.options.signal, timeoutMs });
    if (!result.ok) throw programFailed("ssh", `run a command in the guest to ${this.options.purpose}`, result);
    return result.stdout;
  }

  /** @throws FleetError when QEMU failed, or it was cancelled. */
  failIfBroken(): void {
    this.machine.failIfBroken();
  }

  /** The last lines of its console. */
  lastLines(): Promise<string[]> {
    return new SerialTail(this.serialLog).last();
  }

  /** Presses the power button, as clouds do. @returns whether the guest then switched itself off in time. */
  async powerOff(timeoutMs: number): Promise<boolean> {
    if (!this.machine.ended) await this.machine.ask("system_powerdown");
    await Promise.race([this.machine.result, sleep(timeoutMs, undefined, { ref: false })]);
    return this.machine.ended?.ok === true;
  }

  /** Pulls the plug, where it still runs, and removes its private directory. */
  async stop(): Promise<void> {
    await this.machine.kill();
    await rm(this.dir, { recursive: true, force: true });
  }

  private async tryLogins(deadline: number): Promise<string | undefined> {
    for (const user of logins) {
      this.shell.user = user;
      const result = await this.shell.run("true", { signal: this.options.signal, timeoutMs: Math.max(1, deadline - Date.now()) });
      if (result.ok) return undefined;
      if (result.ended === "not found") throw programFailed("ssh", this.options.purpose, result);
      if (!/Permission denied/.test(result.tail.join("\n"))) return "SSH answered but no login came to an end";
    }
    return "SSH refused the seed's key";
  }
}
