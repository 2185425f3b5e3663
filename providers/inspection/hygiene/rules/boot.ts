import type { Finding } from "#providers/inspection/gate";
import type { Image } from "#providers/inspection/hygiene/image";
import { commandLines } from "#providers/inspection/hygiene/kernel-arguments";
import { left, saying } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

/** How the image boots: what a build or a rescue left in the boot loader's configuration. */
export const bootRules: readonly Rule[] = [
  {
    id: "hygiene/kernel-init",
    title: "The kernel starts the system, not a shell",
    why: "The console is a root shell without a login.",
    mend: "Remove init=, single, rd.break and systemd.unit= from the kernel's command line.",
    severity: "critical",
    source: "kernel-command-line(7)",
    find: words(
      /^(rd)?init=\/(usr\/)?(s?bin\/)?((ba|da|a)?sh|busybox)$/,
      /^(single|emergency|rescue|[sS1]|rd\.break.*)$/,
      /^systemd\.(unit=(rescue|emergency|debug-shell).*|debug[-_]shell(=1|=y.*|=true)?)$/,
    ),
  },
  {
    id: "hygiene/kernel-installer",
    title: "No arguments of an installer",
    why: "Machines look for the builder's answer file, and obey whoever has that address now.",
    mend: "Remove them from /etc/default/grub or the boot loader's entry, and write its configuration again.",
    severity: "medium",
    source: "Debian GNU/Linux Installation Guide, B.2.1 (arguments after `---` are kept)",
    find: words(
      /^(preseed\/.+|url=.+|auto=true|priority=critical|DEBIAN_FRONTEND=.+)$/,
      /^((inst\.)?ks=.+|inst\.(repo|stage2)=.+)$/,
      /^(autoinstall|ds=nocloud(-net)?;.*|cloud-config-url=.+)$/i,
    ),
  },
  {
    id: "hygiene/kernel-root-device",
    title: "The root file system is named by its id",
    why: "/dev/sda1 is /dev/vda1 or /dev/nvme0n1p1 on another machine: it does not boot.",
    mend: "Write root=UUID=... or root=LABEL=... (Debian: remove GRUB_DISABLE_LINUX_UUID).",
    severity: "high",
    source: "Azure: Prepare a Linux VHD; AWS: NVMe device names",
    find: words(/^root=\/dev\/(sd|vd|xvd|hd|nvme|mmcblk)\w+$/),
  },
  {
    id: "hygiene/kernel-protection",
    title: "The kernel's protection is not switched off",
    why: "AppArmor, SELinux or address randomisation were turned off for the build, and stay off.",
    mend: "Remove the argument from the kernel's command line.",
    severity: "medium",
    source: "CIS Debian 12 Benchmark 1.3.1; CIS Red Hat Enterprise Linux 9 Benchmark 1.3.1",
    find: words(/^(selinux=0|enforcing=0|apparmor=0|nokaslr|norandmaps|noexec=off|nosmep|nosmap|lsm=)$/),
  },
  {
    id: "hygiene/selinux-off",
    title: "SELinux is not switched off",
    why: "What was turned off for the build stays off on every machine.",
    mend: "Write SELINUX=enforcing to /etc/selinux/config, and touch /.autorelabel.",
    severity: "medium",
    source: "CIS Red Hat Enterprise Linux 9 Benchmark 1.3.1.4",
    find: saying(["/etc/selinux/config"], /^SELINUX\s*=\s*(disabled|permissive)\b/, "does not enforce"),
  },
  {
    id: "hygiene/debug-shell",
    title: "No shell for debugging is enabled",
    why: "systemd's debug-shell is root on the ninth console, without a login.",
    mend: "`systemctl disable debug-shell` at the end of the build.",
    severity: "critical",
    source: "systemd-debug-generator(8)",
    find: left("/etc/systemd/system/*.wants/debug-shell.service", "/etc/systemd/system/*.wants/console-shell.service"),
  },
  {
    id: "hygiene/boot-failure-mark",
    title: "The boot loader remembers no failed boot",
    why: "GRUB shows its menu and waits for a key that nobody presses.",
    mend: "`grub-editenv /boot/grub/grubenv unset recordfail` in the clean-up.",
    severity: "medium",
    source: "Ubuntu: GRUB's recordfail",
    find: saying(["/boot/grub/grubenv", "/boot/grub2/grubenv", "/boot/efi/EFI/*/grubenv"], /^(recordfail=1|boot_indeterminate=[1-9]|next_entry=.+|boot_once=.+)$/, "remembers a failed or a single boot"),
  },
  {
    id: "hygiene/pending-boot-work",
    title: "No work of the builder is left for the next boot",
    why: "Every machine repeats it at its first boot: an update, a file system check or a restart that was asked for.",
    mend: "Reboot once in the build, or remove the mark in the clean-up.",
    severity: "low",
    source: "systemd.offline-updates(7), systemd-fsck@.service(8)",
    find: left(
      "/system-update", "/etc/system-update", "/forcefsck", "/fastboot", "/var/run/reboot-required", "/run/reboot-required", "/run/nologin",
      "/etc/nologin",
    ),
  },
];

function words(...wrong: readonly RegExp[]): (image: Image) => Promise<Finding[]> {
  return async (image) => {
    const found = new Map<string, string>();
    for (const { place, words } of await commandLines(image)) for (const word of words) if (wrong.some((form) => form.test(word))) found.set(`${place} ${word}`, place);
    return [...found].map(([key, place]) => ({ place, problem: `has ${key.slice(place.length + 1).replace(/([=;]).*/, "$1...")}` }));
  };
}
