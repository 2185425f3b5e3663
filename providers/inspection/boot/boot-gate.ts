import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { GatesConfig } from "#model/gates";
import { releaseName } from "#model/release";
import { admitted } from "#providers/shared/admission";
import { accelerator } from "#providers/shared/kvm";
import type { Gate, GateResult, InspectionJob } from "#providers/inspection/gate";
import { bootChecks, type Wanted } from "#providers/inspection/boot/checks";
import { bootLimits, observe, type BootPlan, type Observation } from "#providers/inspection/boot/observe";

/** Small as machines in clouds are, so that an image that needs more shows it. */
const machine = { cpus: Math.min(2, availableParallelism()), memoryMiB: 1024 };
const gib = 2 ** 30;

/**
 * Boots the release's disk in QEMU, once for each firmware that it boots on and each configured bus, as a user's cloud would: on
 * a larger disk, with a NoCloud seed. The disk itself is never written. Guests have no network but the way in, unless the
 * throughput is measured.
 */
export function bootGate(config: GatesConfig["boot"]): Gate {
  return {
    name: "boot",
    failOn: "medium", // below it are only cloud-init's own warnings
    run: (job) => inspectBoots(config, job),
  };
}

async function inspectBoots(config: GatesConfig["boot"], job: InspectionJob): Promise<GateResult> {
  const accel = await accelerator();
  const limits = bootLimits(config.timeout, accel);
  const say = (text: string) => job.progress.say(text);
  const plans = (job.build.os?.firmware ?? ["bios"]).flatMap((firmware) => config.buses.map((bus) => ({ config, firmware, bus, limits, say })));
  const seen = await allOrNone(plans, job.signal, (plan, signal) => bootOnce(job, plan, signal));
  return { checks: bootChecks(seen, await wantedOf(config, job, limits.boot / 1000)), facts: { accelerator: accel, ...factsOf(seen) }, files: plans.map(serialLog) };
}

function bootOnce(job: InspectionJob, plan: BootPlan, signal: AbortSignal): Promise<Observation> {
  const { firmware, bus, config } = plan;
  const place = `${firmware}/${bus}`;
  return admitted(machine, () => plan.say(`${place}: waiting for other guests`), () => {
    signal.throwIfAborted();
    plan.say(`${place}: booting`);
    return observe({
      purpose: `boot ${releaseName(job)} (${place})`, disk: { file: job.diskFile, driver: "qcow2" }, firmware, bus, growGiB: config.grow,
      reachHost: config.throughput > 0, ...machine, dir: job.dir, serialLog: join(job.dir, serialLog(plan)), signal,
    }, plan);
  });
}

function serialLog({ firmware, bus }: BootPlan): string {
  return `boot-${firmware}-${bus}.serial.log`;
}

/** Does all at once; the first that throws stops the others, and is thrown when they have ended. */
async function allOrNone<T, R>(items: readonly T[], signal: AbortSignal, work: (item: T, signal: AbortSignal) => Promise<R>): Promise<R[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const works = items.map((item) => work(item, stop).catch((error: unknown) => { failed.abort(error); throw error; }));
  await Promise.allSettled(works);
  if (failed.signal.aborted) throw failed.signal.reason;
  return Promise.all(works);
}

async function wantedOf(config: GatesConfig["boot"], { build, tree }: InspectionJob, timeout: number): Promise<Wanted> {
  const keyFiles = [...tree.entries.keys()].filter((path) => /^\/etc\/ssh\/ssh_host_\w+_key\.pub$/.test(path));
  const keys = await Promise.all(keyFiles.map((path) => tree.text(path)));
  const machineId = (await tree.text("/etc/machine-id"))?.trim();
  return { config, timeout, diskBytes: build.disk.virtualBytes + config.grow * gib, image: { machineId, hostKeys: keys.flatMap((key) => key?.split(" ")[1] ?? []) } };
}

/** The worst of all boots under plain names, and each boot's own where there are several. */
function factsOf(seen: readonly Observation[]): Record<string, string | number> {
  const figures = { bootSeconds: Math.max, cloudInitSeconds: Math.max, throughput: Math.min, powerOffSeconds: Math.max };
  const facts: Record<string, string | number> = { boots: seen.map(({ place }) => place).join(", ") };
  const kernel = seen.map(({ answers }) => answers.one("kernel")).find((version) => version !== undefined);
  if (kernel) facts["kernel"] = kernel;
  for (const [name, worst] of Object.entries(figures)) {
    const known = seen.map((one) => ({ place: one.place, value: one[name as keyof typeof figures] })).filter((one): one is { place: string; value: number } => typeof one.value === "number");
    if (known.length > 0) facts[name] = worst(...known.map(({ value }) => value));
    if (seen.length > 1) for (const { place, value } of known) facts[`${name} ${place}`] = value;
  }
  return facts;
}
