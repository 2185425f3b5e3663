import type { GatesConfig } from "#model/gates";
import type { Severity } from "#model/severity";
import type { Check, Finding } from "#providers/inspection/gate";
import type { Observation } from "#providers/inspection/boot/observe";

/** What the guests' answers are held against. */
export interface Wanted {
  readonly config: GatesConfig["boot"];
  /** Size of the disk that the guests saw, in bytes. */
  readonly diskBytes: number;
  /** What the image itself holds: of a machine, it should be nothing. */
  readonly image: { readonly machineId?: string; readonly hostKeys: readonly string[] };
  /** In seconds. */
  readonly timeout: number;
}

interface Question {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly mend: string;
  readonly severity: Severity;
  /** What is wrong with one boot, or why it was not asked. Only boots that let us in are asked about anything but the login. */
  ask(seen: Observation, wanted: Wanted, others: readonly Observation[]): readonly Finding[] | string;
}

/** Seconds that a guest's clock may be off: the host's scheduling is in it. */
const clockTolerance = 60;
/** Part of a partition that a file system keeps for itself. */
const overhead = 0.03;
const gib = 2 ** 30;

const questions: readonly Question[] = [
  {
    name: "login", title: "The disk boots and lets in whom its seed names", severity: "critical",
    why: "An image that nobody can log in to is of no use anywhere.",
    mend: "Read the console in the boot log of the evidence: the boot loader, a driver for the disk's bus in the initramfs, cloud-init or the SSH server is at fault.",
    ask: ({ place, refusal }) => (refusal === undefined ? [] : [{ place, problem: refusal }]),
  },
  {
    name: "cloud-init", title: "cloud-init finishes without errors", severity: "high",
    why: "What users ask for at the first boot is done by it.",
    mend: "Boot the image and read `cloud-init status --long` and /var/log/cloud-init.log.",
    ask: ({ place, answers, cloudInit }, { timeout }) => {
      if (!answers.has("cloud_init")) return "the image has no cloud-init";
      if (cloudInit?.finishedAt === undefined) return [{ place, problem: answers.one("cloud_init_end") ? "it did not run to its end, or is disabled" : `it did not finish within ${timeout} s` }];
      return [...cloudInit.errors.map((problem) => ({ place, problem })), ...cloudInit.warnings.map((problem) => ({ place, problem, severity: "low" as const }))];
    },
  },
  {
    name: "failed-units", title: "No systemd unit has failed", severity: "high",
    why: "A unit that fails on an empty machine fails on every machine.",
    mend: "Mend the unit or disable it; what may fail is listed in gates.boot.allowFailedUnits.",
    ask: ({ place, answers }, { config }) => {
      if (!answers.has("systemd")) return "the image has no systemd";
      if (!answers.complete) return "the system was not up in time";
      const failed = answers.all("failed_unit").map((line) => ({ unit: line.split(" ")[0]!, said: line.split(" ").slice(1).join(" ").trim() }));
      return failed.filter(({ unit }) => !config.allowFailedUnits.includes(unit)).map(({ unit, said }) => ({ place: `${place}/${unit}`, problem: `${unit} failed${said ? `: ${said}` : ""}` }));
    },
  },
  {
    name: "root-grown", title: "The root file system follows a larger disk", severity: "high",
    why: "Users choose the size of their disk and expect to have it.",
    mend: "The root partition must be the last on the disk; cloud-init needs growpart (cloud-guest-utils, cloud-utils-growpart) and resize_rootfs.",
    ask: ({ place, answers }, { config, diskBytes }) => {
      if (config.grow === 0) return "gates.boot.grow is 0";
      if (!answers.has("cloud_init")) return "the image has no cloud-init that would grow it";
      if (!answers.complete) return "cloud-init did not finish";
      return growth(answers, config.grow, diskBytes).map((problem) => ({ place, problem }));
    },
  },
  {
    name: "kernel-arguments", title: "The kernel runs with the arguments that are wanted", severity: "high",
    why: "Consoles, mitigations and audit settings on the command line are part of what was asked for.",
    mend: "Add them to the boot loader's configuration (GRUB_CMDLINE_LINUX, grub.cfg), or take them from gates.boot.kernelArguments.",
    ask: ({ place, answers }, { config }) => {
      if (config.kernelArguments.length === 0) return "gates.boot.kernelArguments is empty";
      const has = (answers.one("command_line") ?? "").split(/\s+/);
      return config.kernelArguments.filter((word) => !has.includes(word)).map((word) => ({ place, problem: `${word} is missing in: ${has.join(" ")}` }));
    },
  },
  {
    name: "throughput", title: "The network is as fast as it should be", severity: "medium",
    why: "A driver that is missing or wrongly set up shows in nothing else.",
    mend: "See which network driver the guest uses, and whether the host was busy; the floor is gates.boot.throughput.",
    ask: ({ place, throughput }, { config }) => {
      if (throughput === undefined) return "gates.boot.throughput is 0";
      if (typeof throughput === "string") return [{ place, problem: throughput }];
      return throughput >= config.throughput ? [] : [{ place, problem: `${throughput} Mbit/s from guest to host, where ${config.throughput} are wanted` }];
    },
  },
  {
    name: "machine-id", title: "Each machine makes its own machine-id", severity: "high",
    why: "Machines with one id get one DHCP lease and one journal identity.",
    mend: "Truncate /etc/machine-id at the end of the build.",
    ask: ({ place, answers }, { image }, others) => {
      const id = answers.one("machine_id");
      if (id === undefined) return "the image has no /etc/machine-id";
      if (!/^[0-9a-f]{32}$/.test(id)) return [{ place, problem: "/etc/machine-id is not set after the boot" }];
      if (id === image.machineId) return [{ place, problem: "the machine-id is the image's own" }];
      return others.some((other) => other.answers.one("machine_id") === id) ? [{ place, problem: "another machine of this image made the same machine-id" }] : [];
    },
  },
  {
    name: "host-keys", title: "Each machine makes its own SSH host keys", severity: "critical",
    why: "Whoever has the image has its host keys, and can pose as any machine made from it.",
    mend: "Remove /etc/ssh/ssh_host_* at the end of the build, and see that the first boot makes new ones.",
    ask: ({ place, hostKeys }, { image }, others) => {
      const shared = (keys: readonly string[]) => hostKeys.some((key) => keys.includes(key));
      if (shared(image.hostKeys)) return [{ place, problem: "a host key is the image's own" }];
      return shared(others.flatMap((other) => other.hostKeys)) ? [{ place, problem: "another machine of this image has the same host key" }] : [];
    },
  },
  {
    name: "clock", title: "The clock is right after the boot", severity: "medium",
    why: "Certificates, tokens and logs depend on it before any time server answers.",
    mend: "The hardware clock is in UTC: see /etc/adjtime.",
    ask: ({ place, clockAhead }) => {
      if (clockAhead === undefined) return "the guest did not tell the time";
      return Math.abs(clockAhead) <= clockTolerance ? [] : [{ place, problem: `it is ${Math.abs(clockAhead)} s ${clockAhead > 0 ? "ahead" : "behind"}` }];
    },
  },
  {
    name: "power-off", title: "The power button switches the machine off", severity: "medium",
    why: "Clouds and hypervisors stop machines by it; one that does not listen is cut off, and loses data.",
    mend: "systemd-logind or acpid must run, and no unit may take minutes to stop.",
    ask: ({ place, powerOffSeconds }) => (powerOffSeconds === undefined ? [{ place, problem: "the machine was still on minutes after the button was pressed" }] : []),
  },
];

/** One check for each question, over all boots. A boot that let nobody in is only found by the login. */
export function bootChecks(seen: readonly Observation[], wanted: Wanted): Check[] {
  const open = seen.filter(({ refusal }) => refusal === undefined);
  return questions.map(({ name, ask, ...about }) => {
    const asked = name === "login" ? seen : open;
    const answers = asked.map((one) => ask(one, wanted, open.filter((other) => other !== one)));
    const findings = answers.flatMap((answer) => (typeof answer === "string" ? [] : answer));
    const reasons = answers.filter((answer) => typeof answer === "string");
    const skipped = reasons.length === answers.length ? (reasons[0] ?? "the guest let nobody in") : undefined;
    return { id: `boot/${name}`, ...about, findings, ...(skipped === undefined ? {} : { skipped }) };
  });
}

/**
 * The last partition has to reach the end of the disk, and the root file system that of its device. An image whose file system was not grown
 * lacks what the disk was enlarged by; what a file system keeps for itself grows with it, so on large disks only a large `grow` shows it.
 */
function growth(answers: Observation["answers"], growGiB: number, diskBytes: number): string[] {
  const half = (growGiB * gib) / 2;
  const gibibytes = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
  const [, end] = answers.all("disk").map((line) => line.split(" ").map((sectors) => Number(sectors) * 512)).find(([bytes]) => bytes === diskBytes) ?? [];
  if (end !== undefined && end > 0 && diskBytes - end > half) return [`the last ${gibibytes(diskBytes - end)} of the disk belong to no partition`];
  const [device, root] = [(answers.number("root_device_kib") ?? 0) * 1024, (answers.number("root_kib") ?? 0) * 1024];
  return device - root > half + device * overhead ? [`the root file system has ${gibibytes(root)} of the ${gibibytes(device)} that its device has`] : [];
}
