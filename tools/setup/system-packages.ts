import { existsSync } from "node:fs";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { findCommand } from "./find-command.ts";

/**
 * Debian packages, each with what shows that it is there: a command or a file. Looking for these instead of asking dpkg
 * costs no process and accepts what came another way.
 */
const packages: Readonly<Record<string, string>> = {
  "qemu-system-x86": "qemu-system-x86_64",
  "qemu-utils": "qemu-img",
  mmdebstrap: "mmdebstrap",
  "grub-pc-bin": "/usr/lib/grub/i386-pc/boot.img",
  "grub-common": "grub-mkimage",
  e2fsprogs: "mke2fs",
  fdisk: "sfdisk",
  xorriso: "xorriso",
  ovmf: "/usr/share/OVMF/OVMF_CODE_4M.fd",
  "grub-efi-amd64-bin": "/usr/lib/grub/x86_64-efi/normal.mod",
  mtools: "mcopy",
  "squashfs-tools": "mksquashfs",
  "openssh-client": "ssh-keygen",
  gpg: "gpg",
  "gpg-agent": "gpg-agent",
  gpgv: "gpgv",
};

/** Only an unprivileged mmdebstrap needs these. */
const unprivileged: Readonly<Record<string, string>> = { uidmap: "newuidmap" };

/** Third parties that tests ask for their opinion of what we write; a test whose program is not there is skipped by name. */
const forTests: Readonly<Record<string, string>> = {
  iperf3: "iperf3",
  "ipxe-qemu": "/usr/lib/ipxe/qemu/pxe-virtio.rom",
  skopeo: "skopeo",
  umoci: "umoci",
  hashdeep: "hashdeep",
  "openscap-scanner": "oscap",
  pigz: "pigz",
  vagrant: "vagrant",
  attr: "setfattr",
  fakeroot: "fakeroot",
  "ssg-debian": "/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml",
  rpm: "rpmbuild",
  "7zip": "7zz",
  openssl: "openssl",
  "python3-venv": "/usr/share/doc/python3-venv",
  // Where services are started, an SSH server would be one from then on, for everybody: it is not for tests to open a machine.
  ...(existsSync("/run/systemd/system") ? {} : { "openssh-server": "/usr/sbin/sshd" }),
};

/** Packages of the system that are not there, sorted as listed. */
export function missingPackages(isRoot: boolean = process.getuid?.() === 0): string[] {
  return missing(isRoot ? packages : { ...packages, ...unprivileged });
}

/** Packages that only tests use, and that are not there. */
export function missingTestPackages(): string[] {
  return missing(forTests);
}

function missing(wanted: Readonly<Record<string, string>>): string[] {
  return Object.entries(wanted).filter(([, sign]) => !(sign.startsWith("/") ? existsSync(sign) : findCommand(sign))).map(([name]) => name);
}

export function installCommand(names: readonly string[]): string {
  return `sudo apt-get install --no-install-recommends ${names.join(" ")}`;
}

/** The words before `apt-get`, or `undefined` if we may not install anything. */
export async function privilege(): Promise<string[] | undefined> {
  if (!findCommand("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  if (!findCommand("sudo")) return undefined;
  const { exitCode } = await execa("sudo", ["-n", "true"], { reject: false, stdin: "ignore" });
  return exitCode === 0 ? ["sudo", "-n"] : undefined;
}

/** Installs packages by apt. A first failure is met by finishing what a killed dpkg left and by fresh package lists. */
export async function installPackages(names: readonly string[], prefix: readonly string[], log: (line: string) => void): Promise<void> {
  const say = (text: string) => log(`[setup/apt] ${text}`);
  say(`installing ${names.join(" ")}`);
  const install = () => apt(prefix, ["install", "--yes", "--no-install-recommends", ...names], say);
  if ((await install()).ok) return;
  say("refreshing the package lists");
  await execa("env", [...prefix, "dpkg", "--configure", "-a"], { reject: false, stdin: "ignore" });
  await apt(prefix, ["update"], say);
  const second = await install();
  if (second.ok) return;
  throw new FleetError({
    action: "install the system's packages",
    cause: `apt-get failed:\n    ${second.tail.join("\n    ")}`,
    hint: `mend the fault and run: ${installCommand(names)}`,
  });
}

async function apt(prefix: readonly string[], args: readonly string[], say: (text: string) => void) {
  const started = performance.now();
  const command = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600", ...args];
  const child = execa("env", command, { reject: false, stdin: "ignore", all: true, buffer: false });
  const tail: string[] = [];
  const timer = setInterval(() => say(`${Math.round((performance.now() - started) / 1000)} s, ${tail.at(-1) ?? ""}`), 5000);
  for await (const line of child.iterable({ from: "all" })) {
    tail.push(line);
    if (tail.length > 20) tail.shift();
  }
  clearInterval(timer);
  return { ok: (await child).exitCode === 0, tail };
}
