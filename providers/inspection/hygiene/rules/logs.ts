import { all, each, filled, left } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const records = new Set(["/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/var/log/faillog"]);
const ofOthers = /^\/var\/log\/(journal|installer|anaconda)\//;

/** What the build's machine wrote down about itself. */
export const logRules: readonly Rule[] = [
  {
    id: "hygiene/logs",
    title: "Logs are empty",
    why: "They tell the build's hosts, addresses and commands, and mix with the log of the machine that is to come.",
    mend: "`find /var/log -type f -exec truncate -s 0 {} +` in the clean-up, when the services that write them have stopped.",
    severity: "low",
    source: "Building Images Safely, systemd.io; Red Hat: Customizing cloud images",
    find: each(["/var/log/**"], ({ path, type, size }) => (type === "file" && size > 0 && !records.has(path) && !ofOthers.test(path) ? `has ${size} bytes` : undefined)),
  },
  {
    id: "hygiene/journal",
    title: "No journal is kept",
    why: "It holds all that the build's machine logged, under an id of its own.",
    mend: "`journalctl --relinquish-var` and `rm -rf /var/log/journal/*` in the clean-up.",
    severity: "low",
    source: "systemd-journald.service(8)",
    find: left("/var/log/journal/**"),
  },
  {
    id: "hygiene/login-records",
    title: "No records of logins",
    why: "They tell when, and from which address, somebody logged in to the build; the shutdown itself adds to wtmp.",
    mend: "`rm -f /var/log/wtmp /var/log/btmp /var/log/lastlog` in the clean-up: what is absent is not written at shutdown, and systemd-tmpfiles makes it again at boot.",
    severity: "low",
    source: "wtmp(5), tmpfiles.d(5)",
    find: filled(...records),
  },
  {
    id: "hygiene/installer-log",
    title: "No logs and answers of an installer",
    why: "The answers have the passwords that the installation was given.",
    mend: "`rm -rf /var/log/installer /var/log/anaconda /var/lib/preseed` in the clean-up.",
    severity: "medium",
    source: "Debian GNU/Linux Installation Guide, B.4; CVE-2020-11932",
    find: filled("/var/log/installer/**", "/var/log/anaconda/**", "/var/log/autoinstall/**", "/var/lib/preseed/**", "/var/lib/install.rc"),
  },
  {
    id: "hygiene/answer-file",
    title: "No answer file of an installer",
    why: "It has the hashes, or the text, of the passwords that the installation set.",
    mend: "`rm -f /root/anaconda-ks.cfg /root/original-ks.cfg /preseed.cfg /autoinstall.yaml` in the clean-up.",
    severity: "high",
    source: "Red Hat: Customizing cloud images",
    find: left(
      "/root/*ks.cfg", "/root/install.log*", "/root/autoinst.xml", "/root/*preseed*", "/preseed.cfg", "/ks.cfg", "/autoinstall.yaml",
      "/root/autoinstall*", "/tmp/ks-script-*",
    ),
  },
  {
    id: "hygiene/schedules",
    title: "No jobs of users are scheduled",
    why: "A job of the build's user runs on every machine of the image.",
    mend: "`crontab -r` and `atrm`; jobs that are meant go to /etc/cron.d or into a timer.",
    severity: "medium",
    source: "crontab(1), at(1)",
    find: filled("/var/spool/cron/*", "/var/spool/cron/crontabs/*", "/var/spool/cron/atjobs/a*", "/var/spool/at/a*"),
  },
  {
    id: "hygiene/dhcp-leases",
    title: "No DHCP leases",
    why: "A machine that asks for the build's address again waits for it, or takes another's.",
    mend: "Remove /var/lib/dhcp/*, /var/lib/NetworkManager/*.lease and their like in the clean-up.",
    severity: "low",
    source: "Building Images Safely, systemd.io; dhclient.leases(5)",
    find: all(
      filled("/var/lib/dhcp/*", "/var/lib/dhcp3/*", "/var/lib/dhclient/*", "/var/lib/dhcpcd/*", "/var/db/dhcpcd/*", "/var/lib/udhcpc/*"),
      left(
        "/var/lib/NetworkManager/*.lease", "/var/lib/NetworkManager/internal-*", "/var/lib/NetworkManager/dhclient-*",
        "/var/lib/systemd/network/**", "/run/systemd/netif/leases/*",
      ),
    ),
  },
  {
    id: "hygiene/timer-stamps",
    title: "No timer has run",
    why: "A timer that believes it ran during the build stays away on its first days on a machine.",
    mend: "`rm -rf /var/lib/systemd/timers/*` in the clean-up.",
    severity: "low",
    source: "systemd.timer(5), Persistent=",
    find: left("/var/lib/systemd/timers/*", "/var/spool/anacron/*", "/var/lib/anacron/*"),
  },
];
