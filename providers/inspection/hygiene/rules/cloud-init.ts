import { all, filled, left, lines, texts } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const source = "cloud-init: `cloud-init clean --logs --seed --machine-id --configs all`";

/** What cloud-init keeps of the machine that it set up: the build's. */
export const cloudInitRules: readonly Rule[] = [
  {
    id: "hygiene/cloud-init-instance",
    title: "cloud-init has set up no instance",
    why: "It keeps the build's user data, keys and passwords included, and may take the first boot for a later one.",
    mend: "`rm -rf /var/lib/cloud/*` in the clean-up, or `cloud-init clean`.",
    severity: "high",
    source,
    find: left("/var/lib/cloud/instance", "/var/lib/cloud/instance/**", "/var/lib/cloud/instances/**"),
  },
  {
    id: "hygiene/cloud-init-data",
    title: "cloud-init keeps no state",
    why: "Semaphores and results of the build keep modules from running in the image's machines.",
    mend: "`rm -rf /var/lib/cloud/*` in the clean-up, or `cloud-init clean`.",
    severity: "medium",
    source,
    find: left("/var/lib/cloud/data/**", "/var/lib/cloud/sem/**", "/var/lib/cloud/handlers/**"),
  },
  {
    id: "hygiene/cloud-init-seed",
    title: "No seed for cloud-init is built in",
    why: "It comes before the machine's own user data: the build's users and keys are made on every machine.",
    mend: "`rm -rf /var/lib/cloud/seed` in the clean-up; seed the build from a CD.",
    severity: "high",
    source,
    find: left("/var/lib/cloud/seed/**", "/writable/system-data/var/lib/cloud/seed/**"),
  },
  {
    id: "hygiene/cloud-init-network",
    title: "No network that cloud-init configured for the build",
    why: "It names the build machine's MAC address, so that other machines stay without a network.",
    mend: "Remove it in the clean-up, or `cloud-init clean --configs network`.",
    severity: "high",
    source,
    find: all(
      left(
        "/etc/netplan/50-cloud-init.yaml", "/etc/network/interfaces.d/50-cloud-init*", "/etc/systemd/network/*cloud-init*",
        "/etc/NetworkManager/system-connections/cloud-init-*", "/run/net-*.conf",
      ),
      texts(["/etc/sysconfig/network-scripts/ifcfg-*", "/etc/network/interfaces"], (text) => (/^# (Created by|This file is generated from information provided by).*cloud-init|generated .*by cloud-init/im.test(text) ? "was written by cloud-init" : undefined)),
    ),
  },
  {
    id: "hygiene/cloud-init-off",
    title: "cloud-init is not switched off by an installer",
    why: "Machines of the image get neither their keys nor their names.",
    mend: "Remove the installer's file in the clean-up.",
    severity: "high",
    source: "cloud-init: How to disable cloud-init",
    find: left(
      "/etc/cloud/cloud-init.disabled", "/etc/cloud/cloud.cfg.d/99-installer.cfg", "/etc/cloud/cloud.cfg.d/curtin-preserve-sources.cfg",
      "/etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg",
    ),
  },
  {
    id: "hygiene/cloud-init-password",
    title: "cloud-init sets no password",
    why: "Every machine of the image gets the same one.",
    mend: "Remove it from /etc/cloud; passwords are user data of one machine.",
    severity: "critical",
    source: "cloud-init: Users and groups; Set passwords",
    find: lines(["/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg"], (line) =>
      /^(- )?((plain_text_passwd|hashed_passwd|passwd|password)\s*:\s*['"]?[^\s'"#]|ssh_pwauth\s*:\s*(true|yes|1)\b|chpasswd\s*:)/i.test(line)
        ? "sets passwords, or lets them log in by SSH"
        : undefined),
  },
  {
    id: "hygiene/cloud-init-runtime",
    title: "No runtime data of cloud-init on the disk",
    why: "/run belongs in memory: what is on the disk there holds the build's metadata.",
    mend: "`rm -rf /run/cloud-init` in the file system itself, with nothing mounted over it.",
    severity: "medium",
    source,
    find: filled("/run/cloud-init/**", "/run/cloud.cfg"),
  },
];
