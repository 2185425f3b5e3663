import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import type { DiskBus, GatesConfig } from "#model/gates";
import type { Firmware } from "#model/release";
import { FreeSpace } from "#providers/packer-build/free-space";
import { readCloudInit, type CloudInitReport } from "#providers/inspection/boot/cloud-init";
import { Guest, type GuestOptions } from "#providers/inspection/boot/guest";
import { Answers, questions } from "#providers/inspection/boot/questions";
import { knownHosts } from "#providers/inspection/boot/shell";
import { measureThroughput } from "#providers/inspection/boot/throughput";

/** What was seen of one boot. */
export interface Observation {
  /** `uefi/virtio` */
  readonly place: string;
  /** Why nobody could log in, with the last lines of the console; nothing else is known then. */
  readonly refusal?: string;
  /** From power-on to the first login. */
  readonly bootSeconds?: number;
  /** From power-on to the end of cloud-init's last stage. */
  readonly cloudInitSeconds?: number;
  readonly answers: Answers;
  readonly cloudInit?: CloudInitReport;
  /** Seconds that the guest's clock is ahead of the host's. */
  readonly clockAhead?: number;
  /** Base64 of the guest's public SSH host keys. */
  readonly hostKeys: readonly string[];
  /** Mbit/s, or why it could not be measured. undefined: not wanted. */
  readonly throughput?: number | string;
  /** Seconds from the power button to power-off. undefined: it did not switch itself off. */
  readonly powerOffSeconds?: number;
}

export interface BootPlan {
  readonly config: GatesConfig["boot"];
  readonly firmware: Firmware;
  readonly bus: DiskBus;
  readonly limits: BootLimits;
  readonly say: (text: string) => void;
}

/** In milliseconds, as the accelerator allows. */
export interface BootLimits {
  /** From power-on to the login, and to the end of cloud-init. */
  readonly boot: number;
  readonly powerOff: number;
}

const minute = 60_000;

/** Emulation is about four times slower than KVM; a login below ten minutes would be luck on a busy host. */
export function bootLimits(timeoutMinutes: number, accelerator: "kvm" | "tcg"): BootLimits {
  if (accelerator === "kvm") return { boot: timeoutMinutes * minute, powerOff: 1.5 * minute };
  return { boot: Math.max(10, timeoutMinutes * 4) * minute, powerOff: 6 * minute };
}

/** Boots a disk once, asks the guest everything, and switches it off. @throws FleetError when it could not be asked. */
export async function observe(options: GuestOptions & { readonly dir: string; readonly signal: AbortSignal }, plan: BootPlan): Promise<Observation> {
  // QEMU only pauses a guest whose disk cannot grow, which would look like one that hangs.
  const space = new FreeSpace(options.dir);
  const full = new AbortController();
  const look = setInterval(() => space.wasFull && full.abort(), 500);
  let guest: Guest | undefined;
  try {
    guest = await Guest.start({ ...options, signal: AbortSignal.any([options.signal, full.signal]) });
    return await ask(guest, plan, `${plan.firmware}/${plan.bus}`);
  } catch (error) {
    throw space.wasFull ? diskFull(options) : error;
  } finally {
    clearInterval(look);
    space.stop();
    await guest?.stop();
  }
}

async function ask(guest: Guest, { config, limits, say }: BootPlan, place: string): Promise<Observation> {
  const refusal = await guest.refusal(limits.boot);
  if (refusal !== undefined) return { place, refusal: [refusal, "last lines of the console:", ...(await guest.lastLines())].join("\n"), answers: new Answers([]), hostKeys: [] };
  const bootSeconds = since(guest.startedAt);
  say(`${place}: login after ${bootSeconds} s`);

  let clockAhead: number | undefined;
  const heard = (line: string) => {
    const clock = /^clock=(\d+)$/.exec(line)?.[1];
    if (clock) clockAhead = Math.round(Number(clock) - Date.now() / 1000);
  };
  const left = Math.max(minute, guest.startedAt + limits.boot - Date.now());
  const { stdout } = await guest.shell.run(questions, { signal: guest.options.signal, timeoutMs: left, onLine: heard });
  guest.failIfBroken();
  const answers = new Answers(stdout.split("\n"));
  const cloudInit = answers.has("cloud_init") ? readCloudInit(answers.one("cloud_init_status"), answers.one("cloud_init_result")) : undefined;
  const cloudInitSeconds = cloudInit?.finishedAt && Math.round((cloudInit.finishedAt - (clockAhead ?? 0) - guest.startedAt / 1000) * 10) / 10;
  if (cloudInitSeconds) say(`${place}: cloud-init after ${cloudInitSeconds} s`);

  const throughput = config.throughput > 0 ? await measureThroughput(guest) : undefined;
  const pressedAt = Date.now();
  const powerOffSeconds = (await guest.powerOff(limits.powerOff)) ? since(pressedAt) : undefined;
  const met = (await readFile(join(guest.dir, knownHosts), "utf8").catch(() => "")).split("\n").flatMap((line) => line.split(" ")[2] ?? []);
  return { place, bootSeconds, cloudInitSeconds, answers, cloudInit, clockAhead, hostKeys: [...new Set([...met, ...answers.all("host_key")])], throughput, powerOffSeconds };
}

/** Seconds, to a tenth. */
function since(milliseconds: number): number {
  return Math.round((Date.now() - milliseconds) / 100) / 10;
}

function diskFull({ purpose, dir }: GuestOptions): FleetError {
  return new FleetError({ action: purpose, place: dir, cause: "the disk was full there, where the guest's writes go", hint: "free some space, or name another directory in imagefleet:store; then npm run up" });
}
