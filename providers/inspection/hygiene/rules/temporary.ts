import { each, filled, left } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

/** What was meant to go. */
export const temporaryRules: readonly Rule[] = [
  {
    id: "hygiene/temporary-files",
    title: "No temporary files",
    why: "Scripts and downloads of the build lie there, with what they were given.",
    mend: "`rm -rf /tmp/* /var/tmp/*` in the clean-up; what was mounted over /tmp hides what is below it.",
    severity: "low",
    source: "hier(7)",
    find: each(["/tmp/**", "/var/tmp/**"], ({ path, type }) => (type === "directory" || path.startsWith("/tmp/script_") ? undefined : "is left behind")),
  },
  {
    id: "hygiene/build-files",
    title: "No files of the tools that built it",
    why: "Provisioners' scripts and variables tell the build's secrets and inventory.",
    mend: "Remove them in the clean-up: Packer's scripts in /tmp, ~/.ansible, CDs of guest additions, files that filled free space.",
    severity: "medium",
    source: "Packer: shell provisioner, remote_path; Ansible: remote_tmp",
    find: each(
      [
        "/tmp/script_*", "/root/script_*.sh", "~/.ansible/**", "~/.packer.d/**", "/etc/packer*", "/opt/packer/**", "/root/packer*", "~/*.iso",
        "~/.vbox_version", "~/linux.iso", "/etc/ansible/facts.d/packer*", "~/.vagrant.d/**", "/zero", "/zero.*", "/EMPTY", "/zerofile",
        "/junk", "/var/lib/dpkg/info/*.swp", "/.dockerenv", "/debootstrap/**",
      ],
      ({ type }) => (type === "directory" ? undefined : "is left behind"),
    ),
  },
  {
    id: "hygiene/core-dumps",
    title: "No core dumps and crash reports",
    why: "They are the memory of a program, with the keys that it had there.",
    mend: "Remove /var/crash, /var/lib/systemd/coredump and core files in the clean-up, and see what crashed.",
    severity: "high",
    source: "core(5), systemd-coredump(8)",
    find: filled(
      "/var/crash/**", "/var/lib/systemd/coredump/*", "/var/lib/apport/coredump/*", "/var/lib/systemd/pstore/**", "/var/spool/abrt/**",
      "/core", "/core.*", "~/core", "~/core.*",
    ),
  },
  {
    id: "hygiene/lost-and-found",
    title: "The file system has lost nothing",
    why: "A check found files that no directory named: the file system was damaged during the build.",
    mend: "Find out what stopped the build's machine hard, and build again.",
    severity: "medium",
    source: "e2fsck(8)",
    find: left("/lost+found/**", "/boot/lost+found/**", "/home/lost+found/**", "/var/lost+found/**"),
  },
  {
    id: "hygiene/hidden-under-mounts",
    title: "Nothing lies below the kernel's file systems",
    why: "It is hidden on a running machine: nobody sees it, or removes it.",
    mend: "Remove what is in /proc, /sys and /dev of the file system itself, with nothing mounted there.",
    severity: "low",
    source: "hier(7)",
    find: each(["/proc/*", "/sys/*", "/dev/**"], ({ type, size, path }) => ((type === "file" && size > 0) || (/^\/(proc|sys)\//.test(path) && type !== "link") ? "is left behind" : undefined)),
  },
];
