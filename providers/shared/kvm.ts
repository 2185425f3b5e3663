import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir } from "#providers/shared/project";

export interface KvmState {
  readonly works: boolean;
  /** Why it does not, or that it does; for people. */
  readonly reason: string;
  /** What makes it work, if it does not. */
  readonly hint?: string;
}

type Accelerator = "kvm" | "tcg";

/** The boot sector of kvm-probe.S. */
export const probeImage = join(dirname(fileURLToPath(import.meta.url)), "kvm-probe.bin");

const qemu = "qemu-system-x86_64";
const timeoutMs = 4000;
/** How long an answer holds within one boot; a hang may also have been a moment of great load. */
const freshMs = { works: Infinity, fails: 24 * 3600 * 1000 };

let memo: Promise<KvmState> | undefined;

/** What guests on this machine run on. Found by running one (under 5 s), then remembered until the next boot. */
export async function accelerator(): Promise<Accelerator> {
  memo ??= kvmState();
  return (await memo).works ? "kvm" : "tcg";
}

/** Does KVM run guests? `fresh` asks the machine whatever was remembered. */
export async function kvmState(options: { fresh?: boolean } = {}): Promise<KvmState> {
  const file = join(cacheDir(), "kvm.json");
  const identity = await machineIdentity();
  const known = options.fresh ? undefined : await remembered(file, identity);
  if (known) return known;
  const state = await probe();
  await remember(file, { identity, at: Date.now(), state }).catch(() => undefined); // a read-only cache only costs time
  return state;
}

async function probe(): Promise<KvmState> {
  try {
    await access("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === "ENOENT";
    return absent
      ? { works: false, reason: "there is no /dev/kvm", hint: "turn on virtualization in the firmware, or nested virtualization in the hypervisor; builds run without it, slower" }
      : { works: false, reason: "/dev/kvm may not be opened", hint: "add yourself to the group kvm (sudo usermod -aG kvm $USER) and log in again" };
  }
  const outcome = await runProbe("kvm");
  if (outcome === probePassed) return { works: true, reason: "a guest ran" };
  const hint = "a machine with working (nested) virtualization builds many times faster; builds run without it";
  if (outcome === "timed out") return { works: false, reason: `/dev/kvm opens, but a guest hangs (stopped after ${timeoutMs / 1000} s)`, hint };
  return { works: false, reason: `/dev/kvm opens, but QEMU ends with ${outcome}`, hint };
}

/** QEMU's exit code when the guest reached its end. */
export const probePassed = 85;

/** Runs the boot sector. @returns QEMU's exit code, or why there is none. */
export async function runProbe(accel: Accelerator, limitMs: number = timeoutMs): Promise<number | string> {
  const args = ["-M", "pc", "-accel", accel, "-cpu", "max", "-m", "16", "-nodefaults", "-display", "none", "-no-reboot"];
  args.push("-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-drive", `file=${probeImage},format=raw,if=ide,snapshot=on`);
  const child = spawn(qemu, args, { stdio: ["ignore", "ignore", "pipe"], timeout: limitMs, killSignal: "SIGKILL" });
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data));
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return code ?? (signal === "SIGKILL" ? "timed out" : `${signal} (${said.split("\n")[0]})`);
  } catch (error) {
    return (error as Error).message;
  }
}

/** An answer holds for one boot, one QEMU and one user. */
async function machineIdentity(): Promise<string> {
  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "unknown");
  const { mtimeMs, mode } = await stat(`/usr/bin/${qemu}`).catch(() => ({ mtimeMs: 0, mode: 0 }));
  const device = await stat("/dev/kvm").catch(() => undefined);
  return [bootId.trim(), mtimeMs, mode, process.getuid?.(), process.getgroups?.(), device?.mode].join("/");
}

interface Memory {
  readonly identity: string;
  readonly at: number;
  readonly state: KvmState;
}

async function remembered(file: string, identity: string): Promise<KvmState | undefined> {
  try {
    const memory = JSON.parse(await readFile(file, "utf8")) as Memory;
    const limit = memory.state.works ? freshMs.works : freshMs.fails;
    return memory.identity === identity && Date.now() - memory.at < limit ? memory.state : undefined;
  } catch {
    return undefined;
  }
}

async function remember(file: string, memory: Memory): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(memory));
  await rename(`${file}.${process.pid}`, file);
}
