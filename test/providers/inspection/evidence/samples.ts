import { defaultGates } from "#model/config/gates-schema";
import type { Evidence } from "#providers/inspection/evidence/evidence";
import type { PackageHistory } from "#providers/inspection/evidence/changes";
import type { Check } from "#providers/inspection/gate";
import { judge, type GateFindings, type StatedWaiver } from "#providers/inspection/judge";

/** A check without findings. */
export function check(id: string, more: Partial<Check> = {}): Check {
  const rule = id.slice(id.indexOf("/") + 1).replaceAll("-", " ");
  return { id, title: `There is no fault with the ${rule}`, why: "Every machine that is made from the image would share it.", mend: "Remove it at the end of the build: scripts/cleanup.sh", severity: "high", findings: [], ...more };
}

export const waiver: StatedWaiver = { rule: "hygiene/password-hash", image: "debian-12", place: "/etc/shadow", reason: "The console login is declared and documented", expires: "2027-06-30", setting: "imagefleet:waivers[0]" };

const hygiene: readonly Check[] = [
  check("hygiene/machine-id", { title: "The machine id is empty" }),
  check("hygiene/ssh-host-keys", { title: "There are no SSH host keys", severity: "critical" }),
  check("hygiene/password-hash", { title: "No account has a password", findings: [{ place: "/etc/shadow", problem: "root has a password hash (yescrypt)" }] }),
  check("hygiene/package-cache", { title: "The package cache is empty", severity: "info", findings: [{ place: "/var/cache/apt/pkgcache.bin", problem: "38 MiB of cache" }] }),
  check("hygiene/vagrant-key", { title: "The Vagrant user has the insecure key", skipped: "the image is not made for Vagrant" }),
];

const leaks: readonly Check[] = [
  check("hygiene/authorized-keys", {
    title: "No key is left that could log in", severity: "critical", why: "Whoever has the private key could log in to every machine that is made from the image.",
    mend: "Remove /root/.ssh/authorized_keys at the end of the build, as scripts/cleanup.sh does; a key that belongs there is declared by the image's users.",
    findings: [{ place: "/root/.ssh/authorized_keys", problem: "1 key: ssh-ed25519 SHA256:9k3mT0d7Rk0cS3oM0zq1F1r8tq0m6H0bXkQ3wW9o1eY builder@example" }, { place: "/home/packer/.ssh/authorized_keys", problem: "1 key: ssh-rsa, 2048 bit" }],
  }),
  check("hygiene/shell-history", { title: "There are no shell histories", severity: "medium", findings: [{ place: "/root/.bash_history", problem: "41 lines, among them <script>alert(1)</script> & \"quotes\"" }] }),
];

const boot = (failed: boolean): GateFindings => ({
  gate: "boot", failOn: "low", seconds: 193.4,
  result: {
    checks: [check("boot/bios-virtio/cloud-init", { title: "cloud-init finishes" }), check("boot/bios-virtio/login", { title: "An injected key logs in" }),
      check("boot/bios-virtio/units", { title: "No unit has failed", severity: "medium", findings: failed ? [{ place: "fwupd.service", problem: "failed: exit code 1" }] : [] })],
    facts: { bootSeconds: 41.2, kernel: "6.1.0-28-amd64", commandLine: "BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 root=PARTUUID=5e3f ro console=tty0 console=ttyS0,115200", throughput: 812.4 }, files: ["boot-bios-virtio.log"],
  },
});

/** Evidence of a release that passed, with a waiver, or of one that failed in several ways. */
export function sampleEvidence(verdict: "passed" | "failed"): Evidence {
  const failed = verdict === "failed";
  const found: GateFindings[] = [
    { gate: "hygiene", failOn: "low", seconds: 12.8, result: { checks: failed ? [...hygiene, ...leaks] : hygiene, facts: { files: 21_480, freeBlocksScanned: "1.4 GiB" }, files: ["files.hashdeep"] } },
    { gate: "packages", failOn: "low", seconds: 1.9, result: { checks: [check("packages/database"), check("packages/finished")], facts: { os: "Debian GNU/Linux 12 (bookworm)", packages: 312, since: "2026.1015.1" }, files: ["packages.json", "sbom.cdx.json", "sbom.spdx.json", "changes.json"] } },
    boot(failed),
  ];
  const expired = { ...waiver, rule: "boot/*", place: undefined, reason: "fwupd cannot run on this board yet", expires: "2026-01-01", setting: "imagefleet:waivers[1]" };
  return {
    schemaVersion: 1, image: "debian-12", version: "2026.1101.2", key: "ab".repeat(32), gateSet: "0123456789abcdef", owner: "platform@example.com", team: "platform",
    disk: { name: "disk.qcow2", format: "qcow2", sha256: "cd".repeat(32), bytes: 512_345_678, virtualBytes: 2 ** 31 }, os: { family: "debian", release: "12", arch: "x86_64", firmware: ["bios", "uefi"] },
    builtAt: "2026-11-02T10:06:00.000Z", startedAt: "2026-11-21T07:30:00.000Z", finishedAt: "2026-11-21T07:33:28.000Z", settings: defaultGates, tools: { node: "24.0.0" },
    ...judge(found, failed ? [waiver, expired] : [waiver], "2026-11-21"),
  };
}

export const sampleChanges: PackageHistory = {
  since: "2026.1015.1", added: [{ name: "libnew1", version: "1.2-3", arch: "amd64" }], removed: [], downgraded: [{ name: "curl", arch: "amd64", from: "7.88.1-10+deb12u9", to: "7.88.1-10+deb12u8" }],
  upgraded: Array.from({ length: 30 }, (_, index) => ({ name: `package-${index}`, arch: "amd64", from: `1.${index}-1`, to: `1.${index}-2` })),
};
