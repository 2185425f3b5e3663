import type { Finding } from "#providers/inspection/gate";
import type { Image } from "#providers/inspection/hygiene/image";
import { each } from "#providers/inspection/hygiene/look";
import { packagedOf } from "#providers/inspection/hygiene/package-files";
import type { Rule } from "#providers/inspection/hygiene/rule";
import type { TreeEntry } from "#providers/shared/file-tree/file-tree";

const virtual = /^\/(dev|proc|sys|run)\//;
const specialBits = 0o6000;
const sticky = 0o1000;

/** Programs that distributions ship with set-user-ID or set-group-ID, by name. */
const usual = new Set(
  ("su sudo sudoedit mount umount passwd chsh chfn newgrp gpasswd chage expiry unix_chkpwd pam_timestamp_check wall write bsd-write ssh-agent ssh-keysign dbus-daemon-launch-helper " +
    "pkexec polkit-agent-helper-1 fusermount fusermount3 crontab at ping ping6 pppd exim4 postdrop postqueue sendmail procmail lockfile dotlockfile utempter mount.nfs mount.cifs ntfs-3g bwrap " +
    "newuidmap newgidmap userhelper chrome-sandbox locate mlocate plocate screen usernetctl krb5_child ldap_child selinux_child proxy_child sssd_pam p11_child grub2-set-bootflag staprun " +
    "snap-confine Xorg.wrap vmware-user-suid-wrapper doas bbsuid cockpit-session camel-lock-helper-1.2 traceroute6.iputils mtr-packet lxc-user-nic netreport").split(" "),
);
const capable = /\/(ping|ping6|arping|clockdiff|mtr-packet|fping|traceroute6|dumpcap|newuidmap|newgidmap|rtkit-daemon|gst-ptp-helper|gnome-keyring-daemon|kwin_wayland|suexec|sssd_pam|krb5_child|ldap_child|selinux_child|snap-confine)$/;
const systemProgram = /^\/(usr\/)?(bin|sbin|lib|lib64|libexec)\//;

/** Who may write, run and own what. */
export const permissionRules: readonly Rule[] = [
  {
    id: "hygiene/setuid",
    title: "Only the distribution's programs change the user",
    why: "A set-user-ID program that no package brought, such as a copy of a shell, is a way to root.",
    mend: "`chmod u-s,g-s` the file, or remove it. One that is meant: waive this rule with the file as `place`.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 7.1.13",
    find: foreignSetuid,
  },
  {
    id: "hygiene/setuid-writable",
    title: "Nobody but root writes to programs that run as root",
    why: "Who can write to it is root.",
    mend: "`chown root` and `chmod go-w` the file.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 7.1.13",
    find: everywhere(({ type, mode }) => (type === "file" && mode & specialBits && mode & 0o022 ? `may be written by others (${mode.toString(8)})` : undefined)),
  },
  {
    id: "hygiene/file-capabilities",
    title: "Only the distribution's programs have capabilities",
    why: "An interpreter or a copy with cap_setuid or cap_dac_override is root for everybody, and no mode shows it.",
    mend: "`setcap -r` the file. One that is meant: waive this rule with the file as `place`.",
    severity: "high",
    source: "capabilities(7)",
    find: each(["/usr/**", "/opt/**", "/home/**", "/root/**", "/srv/**", "/var/**", "/tmp/**"], async (entry, { tree }) =>
      entry.type === "file" && entry.mode & 0o111 && !(systemProgram.test(entry.path) && capable.test(entry.path)) && (await tree.attributes(entry)).has("security.capability") ? "has capabilities" : undefined),
  },
  {
    id: "hygiene/world-writable-file",
    title: "No file may be written by everybody",
    why: "Any user, or any service that was broken into, can change it.",
    mend: "`chmod o-w` the file.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 7.1.11",
    find: everywhere(({ type, mode }) => (type === "file" && mode & 0o002 && !(mode & specialBits) ? `may be written by everybody (${mode.toString(8)})` : undefined)),
  },
  {
    id: "hygiene/world-writable-directory",
    title: "Directories open to everybody are sticky",
    why: "Without the sticky bit any user can remove and replace the others' files.",
    mend: "`chmod +t` the directory, or `chmod o-w`.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 7.1.11",
    find: everywhere(({ type, mode }) => (type === "directory" && mode & 0o002 && !(mode & sticky) ? `may be written by everybody and is not sticky (${mode.toString(8)})` : undefined)),
  },
  {
    id: "hygiene/unowned",
    title: "Every file has an owner",
    why: "The next user or group to be made gets the number, and with it the file; often it is the builder's own.",
    mend: "`chown` it in the build (`tar --no-same-owner`, `cp --no-preserve=ownership`).",
    severity: "medium",
    source: "CIS Debian 12 Benchmark 7.1.12",
    find: (image) => {
      const uids = new Set(image.accounts.all.map(({ uid }) => uid));
      const { groups } = image.accounts;
      if (uids.size === 0) return [];
      return everywhere(({ uid, gid }) => {
        if (!uids.has(uid)) return `belongs to uid ${uid}, which there is not`;
        return groups.size === 0 || groups.has(gid) ? undefined : `belongs to group ${gid}, which there is not`;
      })(image);
    },
  },
  {
    id: "hygiene/device-nodes",
    title: "Devices are in /dev only",
    why: "A device elsewhere gives whoever may open it the disk or the memory itself.",
    mend: "Remove it.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 1.1 (nodev)",
    // A whiteout of an overlay is a character device 0:0, and harmless.
    find: everywhere(({ type, device }) => ((type === "character" || type === "block") && (device?.major ?? 1) + (device?.minor ?? 1) > 0 ? "is a device" : undefined)),
  },
  {
    id: "hygiene/account-files-mode",
    title: "Only root changes accounts, and reads password hashes",
    why: "Who can read the hashes can try passwords; who can write the file is root.",
    mend: "`chmod 640` /etc/shadow and /etc/gshadow, `chmod 644` /etc/passwd and /etc/group, all of root.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 7.1.1 - 7.1.8",
    find: each([
      "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-",
    ], ({ path, mode, uid }) => {
      const most = path.includes("shadow") ? 0o640 : 0o644;
      return uid !== 0 ? `belongs to uid ${uid}` : mode & ~most ? `has mode ${mode.toString(8)}, at most ${most.toString(8)} is right` : undefined;
    }),
  },
  {
    id: "hygiene/root-home-mode",
    title: "Only root writes to root's home and to /",
    why: "Who can write there decides what root runs at the next login; sshd refuses root's keys.",
    mend: "`chown root:root / /root` and `chmod go-w / /root`.",
    severity: "high",
    source: "sshd(8), StrictModes",
    find: each(["/root", "/"], ({ mode, uid }) => (uid !== 0 ? `belongs to uid ${uid}` : mode & 0o022 ? `may be written by others (${mode.toString(8)})` : undefined)),
  },
  {
    id: "hygiene/root-runs",
    title: "Only root writes what root runs by itself",
    why: "Units, cron jobs, profiles and boot scripts are run as root: who can write there is root.",
    mend: "`chown root` and `chmod go-w` the file.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 2.4.1",
    find: each(
      [
        "/etc/systemd/system/**", "/etc/cron.d/*", "/etc/cron.*/*", "/etc/crontab", "/etc/init.d/*", "/etc/rc.local", "/etc/rc",
        "/etc/inittab", "/etc/profile", "/etc/profile.d/*", "/etc/ld.so.preload", "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*",
        "/etc/pam.d/*", "/boot/grub/grub.cfg",
      ],
      ({ type, mode, uid }) => {
        if (type === "link" || mode & 0o002) return undefined; // the latter is another rule's
        return uid !== 0 ? `belongs to uid ${uid}` : mode & 0o020 ? `may be written by its group (${mode.toString(8)})` : undefined;
      },
    ),
  },
  {
    id: "hygiene/home-owner",
    title: "Homes belong to their users and are closed to others",
    why: "Others could read keys there, or put in what the user runs.",
    mend: "`chown -R <user>: ~` and `chmod go-w ~`.",
    severity: "medium",
    source: "CIS Debian 12 Benchmark 7.2.9",
    find: each(["/home/*"], ({ path, type, mode, uid }, { accounts }) => {
      const owner = accounts.all.find(({ home }) => home === path);
      if (type !== "directory" || path === "/home/lost+found") return undefined;
      if (owner === undefined) return "is the home of no account";
      return uid !== owner.uid ? `belongs to uid ${uid}` : mode & 0o020 ? `may be written by its group (${mode.toString(8)})` : undefined;
    }),
  },
];

function everywhere(problem: (entry: TreeEntry) => string | undefined): (image: Image) => Finding[] {
  return ({ tree }) => {
    const found: Finding[] = [];
    for (const entry of tree.entries.values()) {
      const wrong = entry.type === "link" || virtual.test(entry.path) ? undefined : problem(entry);
      if (wrong !== undefined) found.push({ place: entry.path, problem: wrong });
    }
    return found;
  };
}

async function foreignSetuid(image: Image): Promise<Finding[]> {
  const changing = [...image.tree.entries.values()].filter(({ type, mode, path }) => type === "file" && mode & specialBits && !virtual.test(path));
  const rare = changing.filter(({ path }) => !(systemProgram.test(path) && usual.has(path.slice(path.lastIndexOf("/") + 1))));
  const packaged = rare.length > 0 ? await packagedOf(image, rare.map(({ path }) => path)) : undefined;
  const foreign = rare.filter(({ path }) => !packaged?.has(path));
  return foreign.map(({ path, mode, uid }) => ({ place: path, problem: `runs as ${mode & 0o4000 ? `uid ${uid}` : "its group"} (${mode.toString(8)}), and no package brought it` }));
}
