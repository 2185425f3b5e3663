import type { Finding } from "#providers/inspection/gate";
import { fields, hasShell, isHash, type Account } from "#providers/inspection/hygiene/accounts";
import type { Image } from "#providers/inspection/hygiene/image";
import { texts } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

/** Names that builders and the distributions' own images use. */
const builders = new Set([
  "packer", "builder", "build", "vagrant", "ubuntu", "debian", "ec2-user", "admin", "centos", "cloud-user", "rocky", "almalinux", "fedora",
  "opensuse", "opc", "azureuser", "cloudadmin", "core", "user", "test",
]);

/** Uids below it are the system's: 500 on old systems, 1000 on others. */
const firstUser = 500;

/** Accounts and their passwords. */
export const accountRules: readonly Rule[] = [
  {
    id: "hygiene/root-password",
    title: "Root has no password",
    why: "One password opens all machines of the image, and its hash can be tried at leisure.",
    mend: "`passwd --lock root` in the clean-up.",
    severity: "critical",
    source: "AWS: Guidelines for shared Linux AMIs; CIS Debian 12 Benchmark 5.4.2.4",
    find: (image) => about(image, ({ name, shadow, password }) => name === "root" && isHash(shadow ?? password), "/etc/shadow", "has a password hash"),
  },
  {
    id: "hygiene/password-hash",
    title: "No account has a password",
    why: "One password opens all machines of the image, and its hash can be tried at leisure.",
    mend: "`passwd --lock <user>`; a password that is meant is set at the first boot, or waived with its place.",
    severity: "high",
    source: "Kubernetes image-builder CVE-2024-9486; AWS: Guidelines for shared Linux AMIs",
    find: (image) => about(image, (account) => account.name !== "root" && isHash(account.shadow ?? "") && !isVagrants(account, image), "/etc/shadow", "has a password hash"),
  },
  {
    id: "hygiene/locked-hash",
    title: "A locked account keeps no hash",
    why: "`passwd --lock` only puts an exclamation mark before it: the hash can still be tried, and unlocked.",
    mend: "`usermod --password '!*' <user>` instead of, or after, `passwd --lock`.",
    severity: "medium",
    source: "passwd(1)",
    find: (image) => about(image, ({ shadow }) => /^[!*]+[$./0-9A-Za-z].{10,}/.test(shadow ?? ""), "/etc/shadow", "is locked, but its hash is still there"),
  },
  {
    id: "hygiene/empty-password",
    title: "No account's password is empty",
    why: "Anybody logs in at the console, and by SSH where empty passwords are allowed.",
    mend: "`passwd --lock <user>`.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 7.2.2",
    find: (image) => about(image, ({ shadow, password }) => shadow === "" || password === "", "/etc/shadow", "has an empty password"),
  },
  {
    id: "hygiene/unshadowed-password",
    title: "No password hash in /etc/passwd",
    why: "Every program can read it.",
    mend: "`pwconv`, then lock the account.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 7.2.1",
    find: (image) => about(image, ({ password, shadow }) => isHash(password) && shadow !== undefined, "/etc/passwd", "has its hash in passwd"),
  },
  {
    id: "hygiene/uid-zero",
    title: "Root alone has uid 0",
    why: "Another name for root is another way in that nobody looks at.",
    mend: "Remove the account, or give it a uid of its own.",
    severity: "critical",
    source: "CIS Debian 12 Benchmark 5.4.2.1",
    find: (image) => about(image, ({ name, uid }) => uid === 0 && name !== "root", "/etc/passwd", "has uid 0"),
  },
  {
    id: "hygiene/duplicate-account",
    title: "Names and uids are unique",
    why: "Two accounts of one uid own each other's files; of two lines of one name only the first counts.",
    mend: "Remove the doubled line from /etc/passwd.",
    severity: "medium",
    source: "CIS Debian 12 Benchmark 7.2.5, 7.2.7",
    find: ({ accounts: { all } }) => {
      const doubled = all.filter(({ name, uid }, at) => all.findIndex((other) => other.name === name || (other.uid === uid && uid !== 0)) < at);
      return doubled.map(({ name, uid }) => ({ place: `/etc/passwd:${name}`, problem: `shares its name or its uid, ${uid}, with another` }));
    },
  },
  {
    id: "hygiene/malformed-account",
    title: "Every line of /etc/passwd is an account",
    why: "Programs read a broken line each in its own way; a line that begins with + takes in accounts from NIS.",
    mend: "Mend or remove the line (`pwck` names it).",
    severity: "medium",
    source: "passwd(5), pwck(8)",
    find: ({ accounts: { malformed } }) => malformed.map((name) => ({ place: "/etc/passwd", problem: `the line of "${name.slice(0, 32)}" is no account` })),
  },
  {
    id: "hygiene/builder-user",
    title: "No account that was made for the build",
    why: "Builders' accounts have well-known names, keys or passwords: left enabled, they let anybody in.",
    mend: "`userdel --remove <user>` in the clean-up. One that the image's setting `users` declares is meant: waive this rule with `place: /etc/passwd:<user>`.",
    severity: "high",
    source: "Kubernetes image-builder CVE-2024-9486, CVE-2024-9594",
    find: (image) =>
      about(image, (account) => builders.has(account.name) && account.uid >= firstUser && hasShell(account) && !isVagrants(account, image), "/etc/passwd", "is a builder's account with a shell"),
  },
  {
    id: "hygiene/account-backup",
    title: "No password hash in backups of the account files",
    why: "A password that was set during the build is still there to be tried.",
    mend: "Remove /etc/passwd-, /etc/shadow-, /etc/group- and /etc/gshadow- in the clean-up.",
    severity: "high",
    source: "shadow(5)",
    find: texts(["/etc/shadow-", "/etc/passwd-", "/etc/gshadow-", "/var/backups/shadow*", "/var/backups/passwd*", "/var/backups/gshadow*"], (text) => {
      const names = fields(text).filter(([, hash]) => hash !== undefined && isHash(hash)).map(([name]) => name);
      return names.length > 0 ? `still has hashes of ${names.join(", ")}` : undefined;
    }),
  },
  {
    id: "hygiene/system-shell",
    title: "System accounts have no shell",
    why: "An account that only runs a service has no need to log in.",
    mend: "`usermod --shell /usr/sbin/nologin <user>`.",
    severity: "info",
    source: "CIS Debian 12 Benchmark 5.4.2.7",
    find: (image) => about(image, (account) => account.uid > 0 && account.uid < firstUser && hasShell(account), "/etc/passwd", "has a shell"),
  },
  {
    id: "hygiene/group-password",
    title: "No group has a password",
    why: "Whoever knows it becomes a member.",
    mend: "`gpasswd --remove-password <group>`.",
    severity: "medium",
    source: "gpasswd(1)",
    find: texts(["/etc/gshadow", "/etc/group"], (text) => {
      const names = fields(text).filter(([, hash]) => hash !== undefined && isHash(hash)).map(([name]) => name);
      return names.length > 0 ? `has passwords of ${names.join(", ")}` : undefined;
    }),
  },
];

/** A box for Vagrant has the one account that is wanted there. */
function isVagrants({ name }: Account, { target }: Image): boolean {
  return name === "vagrant" && target === "vagrant";
}

/** @param place File; the finding's place names the account behind it, so that a waiver can mean one user. */
function about(image: Image, wrong: (account: Account) => boolean, place: string, problem: string): Finding[] {
  return image.accounts.all.filter(wrong).map(({ name }) => ({ place: `${place}:${name}`, problem }));
}
