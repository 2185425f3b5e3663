import { each, filled, left, lines, texts } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";
import { matches } from "#providers/inspection/hygiene/secret-patterns";

const keyFiles = [".ssh/authorized_keys", ".ssh/authorized_keys2", ".config/authorized_keys"];

/** Ways in that do not need a password, and traces of where the builder went. */
export const loginRules: readonly Rule[] = [
  {
    id: "hygiene/root-authorized-keys",
    title: "No key logs in as root",
    why: "A build's login key left behind lets whoever has it into every machine of the image, as root.",
    mend: "Remove it in the clean-up (`rm -rf /root/.ssh`); give keys to machines at their first boot, by cloud-init.",
    severity: "critical",
    source: "AWS: Guidelines for shared Linux AMIs",
    find: texts([...keyFiles.map((file) => `/root/${file}`), "/etc/dropbear/authorized_keys", "/etc/dropbear/initramfs/authorized_keys", "/etc/dropbear-initramfs/authorized_keys"], keys),
  },
  {
    id: "hygiene/authorized-keys",
    title: "No key logs in as a user",
    why: "Whoever has the key gets into every machine of the image.",
    mend: "Remove it in the clean-up. Keys of users that the image's setting `users` declares are meant: waive this rule with the file as `place`.",
    severity: "medium",
    source: "AWS: Guidelines for shared Linux AMIs",
    find: each([...keyFiles.map((file) => `~/${file}`), "/etc/ssh/authorized_keys/*", "/etc/ssh/authorized_keys.d/*"], async ({ path, type }, image) =>
      type !== "file" || path.startsWith("/root/") || isVagrants(path, image.target) ? undefined : keys(await image.text(path))),
  },
  {
    id: "hygiene/known-hosts",
    title: "No known hosts",
    why: "It tells which machines the builder talks to.",
    mend: "Remove ~/.ssh/known_hosts in the clean-up.",
    severity: "low",
    source: "AWS: Guidelines for shared Linux AMIs",
    find: filled("~/.ssh/known_hosts", "~/.ssh/known_hosts.old"),
  },
  {
    id: "hygiene/ssh-private-key",
    title: "No private key in a home",
    why: "It lets whoever has the image in wherever that key is accepted.",
    mend: "Remove it, and replace it wherever it was accepted: it must be taken for known.",
    severity: "critical",
    source: "AWS: Guidelines for shared Linux AMIs",
    find: texts(["~/.ssh/**"], (text) => (matches("private-key", text) ? "is a private key" : undefined)),
  },
  {
    id: "hygiene/host-trust",
    title: "No host is trusted without a key",
    why: "rhosts files let users of other machines in by their word alone.",
    mend: "Remove ~/.rhosts, ~/.shosts, /etc/hosts.equiv and /etc/ssh/shosts.equiv.",
    severity: "high",
    source: "CIS Debian 12 Benchmark 7.2.10",
    find: left("~/.rhosts", "~/.shosts", "/etc/hosts.equiv", "/etc/ssh/shosts.equiv"),
  },
  {
    id: "hygiene/autologin",
    title: "No console logs in by itself",
    why: "Whoever sees the console, a serial log or a web console included, has a shell.",
    mend: "Remove the --autologin from the getty's drop-in, and the shell from /etc/inittab.",
    severity: "critical",
    source: "agetty(8)",
    find: lines([
      "/etc/systemd/system/*getty*/*.conf", "/etc/systemd/system/*getty*.service", "/etc/inittab", "/etc/gdm3/daemon.conf",
      "/etc/gdm/custom.conf", "/etc/lightdm/lightdm.conf",
    ], (line, { path }) =>
      /getty\b.*\s(--autologin|-a)\s+\S|^AutomaticLoginEnable\s*=\s*true|^autologin-user\s*=\s*\S/i.test(line) || (path === "/etc/inittab" && /:(respawn|askfirst):-?\/bin\/(ba|da|a)?sh\b/.test(line))
        ? "logs in without asking"
        : undefined),
  },
  {
    id: "hygiene/ssh-directory-mode",
    title: "Only its owner writes to a user's .ssh",
    why: "Who can write there can log in as that user; sshd refuses such keys, so that a declared login fails.",
    mend: "chmod 700 ~/.ssh and 600 ~/.ssh/authorized_keys, owned by the user.",
    severity: "high",
    source: "sshd(8), StrictModes",
    find: each(["~/.ssh", "~/.ssh/authorized_keys"], ({ path, mode, uid, type }, { accounts }) => {
      const owner = accounts.all.find(({ home }) => path.startsWith(`${home}/`))?.uid;
      if (type === "link") return undefined;
      if (mode & 0o022) return `may be written by others than its owner (${mode.toString(8)})`;
      return owner !== undefined && uid !== owner && uid !== 0 ? `belongs to uid ${uid}, not to the user` : undefined;
    }),
  },
];

function keys(text: string): string | undefined {
  const count = text.split("\n").filter((line) => /\b(ssh-|ecdsa-|sk-ssh-|sk-ecdsa-)\S+ AAAA/.test(line)).length;
  return count === 0 ? undefined : `lets ${count === 1 ? "one key" : `${count} keys`} in`;
}

function isVagrants(path: string, target: string | undefined): boolean {
  return target === "vagrant" && path.startsWith("/home/vagrant/");
}
