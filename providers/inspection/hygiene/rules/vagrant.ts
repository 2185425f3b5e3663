import { hasShell } from "#providers/inspection/hygiene/accounts";
import type { Rule } from "#providers/inspection/hygiene/rule";

const source = "Vagrant: Creating a base box";

/** What `vagrant up` needs to find in a box; of every other image the same would be a finding. */
export const vagrantRules: readonly Rule[] = [
  {
    id: "hygiene/vagrant-user",
    title: "Vagrant: there is the user vagrant",
    why: "`vagrant up` logs in as it.",
    mend: "`useradd --create-home --shell /bin/bash vagrant` in the child's script.",
    severity: "critical",
    source,
    targets: ["vagrant"],
    find: ({ accounts }) => (accounts.all.some((account) => account.name === "vagrant" && hasShell(account)) ? [] : [{ place: "/etc/passwd", problem: "there is no user vagrant with a shell" }]),
  },
  {
    id: "hygiene/vagrant-key",
    title: "Vagrant: a key logs in as vagrant",
    why: "`vagrant up` logs in by its well-known key, and replaces it at once.",
    mend: "Write Vagrant's public key to ~vagrant/.ssh/authorized_keys in the child's script, mode 600.",
    severity: "critical",
    source,
    targets: ["vagrant"],
    find: async (image) => {
      const home = image.accounts.all.find(({ name }) => name === "vagrant")?.home ?? "/home/vagrant";
      const place = `${home}/.ssh/authorized_keys`;
      return /^(ssh-|ecdsa-)\S+ AAAA/m.test(await image.text(place)) ? [] : [{ place, problem: "holds no key" }];
    },
  },
  {
    id: "hygiene/vagrant-sudo",
    title: "Vagrant: vagrant becomes root without a password",
    why: "Synced folders and provisioners need it.",
    mend: "Write `vagrant ALL=(ALL) NOPASSWD:ALL` to /etc/sudoers.d/vagrant, mode 440.",
    severity: "high",
    source,
    targets: ["vagrant"],
    find: async (image) => {
      const files = await Promise.all(image.find("/etc/sudoers", "/etc/sudoers.d/*").map(({ path }) => image.text(path)));
      return files.some((text) => /^%?vagrant\s.*NOPASSWD\s*:\s*ALL/m.test(text)) ? [] : [{ place: "/etc/sudoers.d/vagrant", problem: "grants nothing" }];
    },
  },
];
