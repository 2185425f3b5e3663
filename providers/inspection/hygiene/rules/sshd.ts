import type { Finding } from "#providers/inspection/gate";
import { all, left, saying } from "#providers/inspection/hygiene/look";
import type { Find, Rule } from "#providers/inspection/hygiene/rule";
import { sshdSettings } from "#providers/inspection/hygiene/sshd-settings";

const source = "sshd_config(5); CIS Debian 12 Benchmark 5.1";

/** One that starts with - takes algorithms away. */
const weak = /^(?!-).*\b(3des-cbc|arcfour\w*|blowfish-cbc|cast128-cbc|aes\d+-cbc|hmac-md5[\w-]*|umac-64[\w-]*|diffie-hellman-group1-sha1|diffie-hellman-group-exchange-sha1|ssh-dss)\b/;

/** What the SSH server lets in. Only what the configuration says is judged: a default is the distribution's choice. */
export const sshdRules: readonly Rule[] = [
  {
    id: "hygiene/sshd-root-password",
    title: "Root does not log in by password",
    why: "It is the one account that every attacker knows the name of.",
    mend: "Remove the build's `PermitRootLogin yes` in the clean-up, or write prohibit-password.",
    severity: "high",
    source: "AWS: Guidelines for shared Linux AMIs; sshd_config(5)",
    find: says("permitrootlogin", /^yes$/i, "is yes"),
  },
  {
    id: "hygiene/sshd-password",
    title: "Passwords do not log in by SSH",
    why: "Passwords are guessed; a builder's setting for its own login opens all machines.",
    mend: "Remove the build's `PasswordAuthentication yes`, in /etc/ssh/sshd_config.d too, in the clean-up.",
    severity: "medium",
    source: "AWS: Guidelines for shared Linux AMIs; GCP: Requirements to build custom images",
    find: says("passwordauthentication", /^yes$/i, "is yes"),
  },
  {
    id: "hygiene/sshd-empty-password",
    title: "Empty passwords do not log in",
    why: "Anybody gets in who knows the account's name.",
    mend: "Remove `PermitEmptyPasswords yes`.",
    severity: "critical",
    source,
    find: says("permitemptypasswords", /^yes$/i, "is yes"),
  },
  {
    id: "hygiene/sshd-environment",
    title: "Users do not set sshd's environment",
    why: "By LD_PRELOAD and the like they get around what they are restricted to.",
    mend: "Remove `PermitUserEnvironment yes`.",
    severity: "medium",
    source,
    find: says("permituserenvironment", /^yes$/i, "is yes"),
  },
  {
    id: "hygiene/sshd-host-based",
    title: "No host is believed without a key of the user",
    why: "Hostbased logins and rhosts trust the other machine's word.",
    mend: "Remove `HostbasedAuthentication yes` and `IgnoreRhosts no`.",
    severity: "medium",
    source,
    find: all(says("hostbasedauthentication", /^yes$/i, "is yes"), says("ignorerhosts", /^no$/i, "is no")),
  },
  {
    id: "hygiene/sshd-weak",
    title: "No broken ciphers",
    why: "Settings for old clients let a listener read or change the connection.",
    mend: "Remove the ciphers, MACs or key exchanges that are named from sshd_config.",
    severity: "medium",
    source,
    find: all(...["ciphers", "macs", "kexalgorithms", "hostkeyalgorithms"].map((key) => says(key, weak, "takes broken algorithms"))),
  },
  {
    id: "hygiene/dropbear-options",
    title: "Dropbear's settings do not open more than keys",
    why: "Options of the build's own login stay for every machine.",
    mend: "Remove -B (blank passwords) from its command line or DROPBEAR_EXTRA_ARGS.",
    severity: "high",
    source: "dropbear(8)",
    find: saying(["/etc/default/dropbear", "/etc/conf.d/dropbear", "/etc/inittab"], /(DROPBEAR_(EXTRA_)?(ARGS|OPTS)=.*|dropbear\b.*)\s["']?-B\b|DROPBEAR_\w+=["']?-B\b/, "lets empty passwords in"),
  },
  {
    id: "hygiene/sshd-login-authority",
    title: "No authority of the builder signs logins",
    why: "Whoever holds its key logs in to every machine as anybody.",
    mend: "Remove TrustedUserCAKeys and its file, unless the authority is meant: then waive this rule.",
    severity: "medium",
    source,
    find: all(says("trustedusercakeys", /^(?!none$)./i, "names an authority"), left("/etc/ssh/*ca_key", "/etc/ssh/user_ca*")),
  },
];

/** Asks what sshd's configuration says, its drop-ins read in order. */
export function says(key: string, wrong: RegExp, problem: string): Find {
  return async (image): Promise<Finding[]> => {
    const setting = (await sshdSettings(image)).get(key);
    return setting && wrong.test(setting.value) ? [{ place: setting.place, problem: `${key} ${problem}` }] : [];
  };
}
