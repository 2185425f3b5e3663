import type { Finding } from "#providers/inspection/gate";
import { each, filled, left, lines, saidLines, saying, texts } from "#providers/inspection/hygiene/look";
import type { Image } from "#providers/inspection/hygiene/image";
import type { Rule } from "#providers/inspection/hygiene/rule";

const settled = new Set(["installed", "config-files", "not-installed"]);
const apt = ["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list", "/etc/apt/sources.list.d/*.sources"];
const repositories = [...apt, "/etc/yum.repos.d/*.repo", "/etc/zypp/repos.d/*.repo", "/etc/apk/repositories"];
const privateHost = /\b(?:https?|ftp):\/\/(?:[^\s/@]*@)?(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[|[\w-]+(?=[:/\s]|$)|[\w.-]+\.(?:local|localdomain|lan|internal|intranet|corp|home|test|invalid)(?=[:/\s]|$))/i;

/** The state of the package manager: its caches, where it gets packages from, whether it finished. */
export const packageRules: readonly Rule[] = [
  {
    id: "hygiene/apt-lists",
    title: "No package lists",
    why: "They are old before the image is used, and their names tell the builder's mirror.",
    mend: "`rm -rf /var/lib/apt/lists/*` in the clean-up.",
    severity: "low",
    source: "apt-get(8)",
    find: each(["/var/lib/apt/lists/**", "/var/lib/apt/mirrors/**"], ({ type, path, size }) => (type === "file" && !path.endsWith("/lock") ? `has ${size} bytes` : undefined)),
  },
  {
    id: "hygiene/package-cache",
    title: "No downloaded packages",
    why: "They make the image larger and are of no use.",
    mend: "`apt-get clean`, `dnf clean all` or `zypper clean --all` in the clean-up.",
    severity: "low",
    source: "apt-get(8), dnf(8)",
    find: filled(
      "/var/cache/apt/*.bin", "/var/cache/apt/archives/*.deb", "/var/cache/apt/archives/partial/*", "/var/cache/yum/**", "/var/cache/dnf/**",
      "/var/cache/libdnf5/**", "/var/cache/zypp/**", "/var/cache/apk/*", "/var/cache/pacman/pkg/*", "/root/.cache/pip/**",
    ),
  },
  {
    id: "hygiene/package-proxy",
    title: "No proxy of the builder",
    why: "Machines elsewhere cannot reach it, so that they get no updates; whoever takes its address feeds them what they fetch.",
    mend: "Give the proxy to the build by its environment only, or remove the line in the clean-up.",
    severity: "high",
    source: "apt.conf(5), dnf.conf(5)",
    find: lines([
      "/etc/apt/apt.conf", "/etc/apt/apt.conf.d/*", "/etc/yum.conf", "/etc/dnf/dnf.conf", "/etc/environment", "/etc/profile.d/*",
      "/etc/sysconfig/proxy", "/etc/wgetrc", "/root/.wgetrc", "/root/.curlrc", "/etc/systemd/system.conf.d/*",
    ], (line) =>
      /^(?!\/\/)(.*\bAcquire\b.*::Proxy(-Auto-Detect)?\b|proxy\s*=\s*["']?\w|(export\s+|DefaultEnvironment=["']?)?(https?|ftp|all)_proxy\s*=\s*["']?\w)/i.test(line) && !/"DIRECT"|"false"/i.test(line) ? "names a proxy" : undefined),
  },
  {
    id: "hygiene/repository-private",
    title: "No repository of the builder's network",
    why: "Machines elsewhere cannot reach it, so that they get no updates; whoever takes its address can offer them packages.",
    mend: "Put the public mirror back in the clean-up. A mirror that is meant: waive this rule with the file as `place`.",
    severity: "medium",
    source: "sources.list(5)",
    find: lines(repositories, (line, { path }) => (isAddress(line, path) && privateHost.test(line) ? "names a host of a private network" : undefined)),
  },
  {
    id: "hygiene/repository-local",
    title: "No repository on a CD or the builder's disk",
    why: "It is not there on the machines, and every update fails or asks for a CD.",
    mend: "Remove the line in the clean-up; for Debian's installer: `apt-setup/cdrom/set-first`.",
    severity: "medium",
    source: "sources.list(5)",
    find: lines(repositories, (line, { path }) => (isAddress(line, path) && /\b(cdrom|file|copy|hd|media):/.test(line) ? "names a local medium" : undefined)),
  },
  {
    id: "hygiene/repository-unsigned",
    title: "Every repository is signed",
    why: "Whoever is between a machine and the mirror can install what he likes, as root.",
    mend: "Remove `trusted=yes`, `Trusted: yes`, `gpgcheck=0` and their like, and name the key (`Signed-By`, `gpgkey`).",
    severity: "critical",
    source: "apt-secure(8); CIS Red Hat Enterprise Linux 9 Benchmark 1.2.1.2",
    find: saying([...repositories, "/etc/apt/apt.conf", "/etc/apt/apt.conf.d/*", "/etc/yum.conf", "/etc/dnf/dnf.conf", "/etc/zypp/zypp.conf"], /\[[^\]]*\b(trusted|allow-insecure)=yes|^(Trusted|Allow-Insecure):\s*yes|^(pkg_)?gpgcheck\s*=\s*(0|no|off|false)\b|^(?!\/\/).*(AllowUnauthenticated|AllowInsecureRepositories)\s+"?(true|1|yes)/i, "takes packages without a signature"),
  },
  {
    id: "hygiene/package-unfinished",
    title: "Every package is installed to its end",
    why: "The next installation on a machine stumbles over it, and what it was to set up is missing.",
    mend: "`dpkg --configure -a` in the build, and see why it failed.",
    severity: "high",
    source: "dpkg(1)",
    find: unfinished,
  },
  {
    id: "hygiene/package-backups",
    title: "No backups of the package database",
    why: "They tell what was installed in between, and are large.",
    mend: "`rm -rf /var/lib/dpkg/*-old /var/cache/debconf/*-old /var/backups/*` in the clean-up.",
    severity: "low",
    source: "dpkg(1), debconf(7)",
    find: left("/var/lib/dpkg/*-old", "/var/cache/debconf/*-old", "/var/backups/dpkg.*", "/var/backups/apt.*", "/var/backups/alternatives.*", "/var/lib/rpm/__db.*"),
  },
  {
    id: "hygiene/debconf-passwords",
    title: "Debconf keeps no passwords",
    why: "Answers to questions for passwords, such as a database's, stay in its own file for them.",
    mend: "`: >/var/cache/debconf/passwords.dat` in the clean-up.",
    severity: "high",
    source: "debconf(7)",
    find: texts(["/var/cache/debconf/passwords.dat"], (text) => (/^Value: \S/m.test(text) ? "holds a password" : undefined)),
  },
  {
    id: "hygiene/package-conflicts",
    title: "No configuration that an upgrade put aside",
    why: "Nobody has looked at what changed; old files tell former settings.",
    mend: "Settle each in the build (`--force-confold` or `--force-confnew`), and remove the copies in the clean-up.",
    severity: "info",
    source: "dpkg(1), rpm(8)",
    find: left(...[
      ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".dpkg-tmp", ".ucf-old", ".ucf-dist", ".rpmsave", ".rpmnew", ".rpmorig",
    ].flatMap((end) => [`/etc/*${end}`, `/etc/*/*${end}`, `/etc/*/*/*${end}`])),
  },
  {
    id: "hygiene/policy-rc",
    title: "Packages may start their services",
    why: "The file is a build's way of keeping services still: on machines it keeps updates from restarting them.",
    mend: "Remove /usr/sbin/policy-rc.d at the end of the build.",
    severity: "medium",
    source: "Debian: /usr/share/doc/init-system-helpers/README.policy-rc.d",
    find: left("/usr/sbin/policy-rc.d"),
  },
  {
    id: "hygiene/stand-ins",
    title: "No program was put aside for the build",
    why: "Bootstraps put a program that does nothing in its place: services do not start, or the next update of the package is lost.",
    mend: "Move it back (`mv start-stop-daemon.REAL start-stop-daemon`) at the end of the build.",
    severity: "medium",
    source: "mmdebstrap(1), chroot/start-stop-daemon",
    find: left("/usr/sbin/*.REAL", "/sbin/*.REAL", "/usr/bin/*.REAL", "/bin/*.REAL"),
  },
  {
    id: "hygiene/unsafe-writes",
    title: "The package manager writes safely",
    why: "What makes a build faster leaves machines with empty files after a crash.",
    mend: "Remove `force-unsafe-io` and eatmydata in the clean-up.",
    severity: "medium",
    source: "dpkg(1), --force-unsafe-io",
    find: saying(["/etc/dpkg/dpkg.cfg", "/etc/dpkg/dpkg.cfg.d/*", "/etc/ld.so.preload"], /^force-unsafe-io\b|libeatmydata/, "gives safety up"),
  },
];

/** In deb822 files and yum's only some fields are addresses. */
function isAddress(line: string, path: string): boolean {
  if (path.endsWith(".sources")) return /^URIs:/i.test(line);
  if (path.endsWith(".repo")) return /^(baseurl|mirrorlist|metalink)\s*=/i.test(line);
  return path === "/etc/apk/repositories" || /^deb(-src)?\s/.test(line);
}

async function unfinished(image: Image): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { path } of image.find("/var/lib/dpkg/status", "/var/lib/dpkg/status.d/*")) {
    for (const stanza of ((await image.tree.text(path)) ?? "").split("\n\n")) {
      const [, state] = /^Status: \S+ \S+ (\S+)$/m.exec(stanza) ?? [];
      if (state !== undefined && !settled.has(state)) found.push({ place: /^Package: (\S+)$/m.exec(stanza)?.[1] ?? path, problem: `is ${state}` });
    }
  }
  const updates = image.find("/var/lib/dpkg/updates/*").filter(({ type }) => type === "file");
  if (updates.length > 0) found.push({ place: "/var/lib/dpkg/updates", problem: "dpkg was interrupted" });
  const waiting = saidLines(await image.text("/var/lib/dpkg/triggers/Unincorp")).length;
  if (waiting > 0) found.push({ place: "/var/lib/dpkg/triggers/Unincorp", problem: `${waiting} triggers wait` });
  return found;
}
