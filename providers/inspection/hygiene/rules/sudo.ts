import { each, left, lines, saying } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const sudoers = ["/etc/sudoers", "/etc/sudoers.d/*"];

/** Who becomes root, and how. */
export const sudoRules: readonly Rule[] = [
  {
    id: "hygiene/sudo-nopasswd",
    title: "Nobody becomes root without a password",
    why: "Such a rule is what builds leave behind; whoever runs as that user is root.",
    mend: "Remove it in the clean-up. That of a user whom the image's setting `users` declares with `sudo` is meant: waive this rule with the file as `place`.",
    severity: "medium",
    source: "CIS Debian 12 Benchmark 5.2.4",
    find: lines([...sudoers, "/etc/doas.conf"], (line, { path }, { target }) => {
      const vagrants = target === "vagrant" && /^%?vagrant\b/.test(line);
      return !vagrants && (path === "/etc/doas.conf" ? /^permit\b.*\bnopass\b/ : /\bNOPASSWD\s*:/).test(line) ? "grants it" : undefined;
    }),
  },
  {
    id: "hygiene/sudo-unauthenticated",
    title: "Sudo asks for passwords at all",
    why: "`!authenticate` makes every rule one without a password.",
    mend: "Remove the line from the file.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 5.2.5; sudoers(5)",
    find: saying(sudoers, /^Defaults\b.*!authenticate\b/, "turns authentication off"),
  },
  {
    id: "hygiene/sudoers-of-the-build",
    title: "No sudo rules of cloud-init or the builder",
    why: "cloud-init writes them for the build's user, and every new user of that name has them.",
    mend: "Remove the file in the clean-up; cloud-init writes it again at the first boot.",
    severity: "high",
    source: "cloud-init: Users and groups; Packer's documentation of builders",
    find: each(["/etc/sudoers.d/90-cloud-init-users", "/etc/sudoers.d/*packer*", "/etc/sudoers.d/*vagrant*", "/etc/sudoers.d/*builder*"], ({ path }, { target }) =>
      target === "vagrant" && path.includes("vagrant") ? undefined : "is left behind"),
  },
  {
    id: "hygiene/sudoers-mode",
    title: "Only root writes sudo's rules",
    why: "Who can write there is root; sudo refuses to read such a file, and with it everything declared there.",
    mend: "`chown root:root` and `chmod 440` the file.",
    severity: "high",
    source: "sudoers(5)",
    find: each([...sudoers, "/etc/sudoers.d"], ({ mode, uid, type }) => {
      if (type === "link") return undefined;
      return uid !== 0 ? `belongs to uid ${uid}` : mode & 0o022 ? `may be written by others than root (${mode.toString(8)})` : undefined;
    }),
  },
  {
    id: "hygiene/sudo-stamps",
    title: "No traces of sudo's use",
    why: "They tell who became root during the build.",
    mend: "Remove /var/lib/sudo/lectured and /var/lib/sudo/ts (or /var/db/sudo) in the clean-up.",
    severity: "low",
    source: "sudo(8)",
    find: left("/var/lib/sudo/lectured/*", "/var/lib/sudo/ts/*", "/var/db/sudo/lectured/*", "/var/db/sudo/ts/*"),
  },
];
