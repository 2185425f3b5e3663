import { expect, test } from "vitest";
import { faulty, found } from "./run-hygiene.ts";
import { runOnDisk } from "./planted-disk.ts";
import { hash, more, privateKey, publicKey, user } from "./seed.ts";

const filler = "deleted data that is no secret\n".repeat(200);

test("a clean image on a real disk has no finding", async () => {
  const { checks, facts } = await runOnDisk({});
  expect(faulty(checks)).toEqual([]);
  expect(facts["freeBytes"]).toBeGreaterThan(20 * 1024 * 1024);
});

test("faults on a real disk are found, with their owners, modes, links and devices", async () => {
  const result = await runOnDisk({
    ...user("packer:x:1000:1000::/home/packer:/bin/bash", hash),
    ...more("/etc/fstab", "UUID=00000000-1111-2222-3333-444444444444 none swap sw 0 0\n/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0\n"),
    "/etc/machine-id": { content: "0123456789abcdef0123456789abcdef\n", mode: 0o444 },
    "/etc/ssh/ssh_host_rsa_key": { content: privateKey, mode: 0o600 },
    "/etc/ssh/sshd_config.d/10-build.conf": "PermitRootLogin yes\n",
    "/etc/sudoers.d/packer": { content: "packer ALL=(ALL) NOPASSWD:ALL\n", mode: 0o440 },
    "/home/packer/.ssh": { type: "directory", mode: 0o700, uid: 1000, gid: 1000 },
    "/home/packer/.ssh/authorized_keys": { content: publicKey, mode: 0o600, uid: 1000, gid: 1000 },
    "/opt/shell": { content: "sh", mode: 0o4755 },
    "/opt/lost": { content: "x", uid: 4711 },
    "/opt/python": { content: "x", mode: 0o755 },
    "/opt/open": { content: "x", mode: 0o666 },
    "/opt/sda": { type: "block", device: { major: 8, minor: 0 } },
    "/root/.bash_history": { content: "mysql -p\n", mode: 0o600 },
    "/root/.ssh/authorized_keys": { target: "../keys" },
    "/root/keys": publicKey,
    "/var/lib/cloud/instance": { target: "/var/lib/cloud/instances/i-1" },
    "/var/log/wtmp": { content: "reboot", mode: 0o664 },
  }, {}, ["ea_set /opt/python security.capability capabilities"]);
  expect(found(result).sort()).toEqual(
    ["machine-id", "ssh-host-keys", "root-authorized-keys", "authorized-keys", "password-hash", "builder-user", "sudo-nopasswd", "sudoers-of-the-build", "sshd-root-password", "shell-history", "cloud-init-instance", "login-records", "setuid", "file-capabilities", "world-writable-file", "unowned", "device-nodes", "fstab-removable", "fstab-missing", "swap-partition"].sort(),
  );
  expect(faulty(result.checks).find(({ id }) => id === "hygiene/unowned")?.findings).toEqual([{ place: "/opt/lost", problem: "belongs to uid 4711, which there is not" }]);
});

test("a deleted secret is found in the blocks that it left", async () => {
  const result = await runOnDisk({}, { "/root/deploy-key": filler + privateKey, "/root/shadow": `root:${hash}:20000:0:99999:7:::\n`, "/root/plain": filler });
  expect(found(result).sort()).toEqual(["free-password-hash", "free-private-key"]);
  expect(result.facts["freeBytesNonZero"]).toBeGreaterThanOrEqual(3 * 4096);
  expect(JSON.stringify(result)).not.toContain(hash);
});

test("deleted data that is no secret is measured, and told when it is much", async () => {
  const result = await runOnDisk({}, { "/opt/large": "deleted data\n".repeat(5_500_000) });
  expect(found(result)).toEqual(["free-blocks"]);
  expect(result.facts["freeBytesNonZero"]).toBeGreaterThan(64 * 1024 * 1024);
});
