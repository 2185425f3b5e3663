import { hash, more, privateKey, publicKey, seeds, user, type Seed } from "../seed.ts";

export const identitySeeds: readonly Seed[] = [
  ...seeds("machine-id", { "/etc/machine-id": { content: "0123456789abcdef0123456789abcdef\n", mode: 0o444 } }),
  ...seeds("dbus-machine-id", { "/var/lib/dbus/machine-id": "0123456789abcdef0123456789abcdef\n" }),
  ...seeds("random-seed", { "/var/lib/systemd/random-seed": "512 bytes" }, { "/var/lib/urandom/random-seed": "512 bytes" }, { "/boot/loader/random-seed": "32 bytes" }, { "/var/lib/seedrng/seed.credit": "x" }),
  ...seeds("credential-secret", { "/var/lib/systemd/credential.secret": { content: "secret", mode: 0o400 } }),
  ...seeds("ssh-host-keys", { "/etc/ssh/ssh_host_ed25519_key": { content: privateKey, mode: 0o600 } }, { "/etc/ssh/ssh_host_rsa_key.pub": publicKey }),
  ...seeds("dropbear-host-keys", { "/etc/dropbear/dropbear_ed25519_host_key": "x" }, { "/etc/dropbear/initramfs/dropbear_rsa_host_key": "x" }),
  ...seeds("hostid", { "/etc/hostid": "abcd" }),
  ...seeds("iscsi-initiator", { "/etc/iscsi/initiatorname.iscsi": "## x\nInitiatorName=iqn.1993-08.org.debian:01:0123\n" }),
  ...seeds("nvme-host-id", { "/etc/nvme/hostnqn": "nqn.2014-08.org.nvmexpress:uuid:01\n" }, { "/etc/nvme/hostid": "01\n" }),
  ...seeds("hostname", { "/etc/hostname": "packer-debian-12\n" }, { "/etc/hostname": "ip-10-0-0-12\n" }, { "/etc/hostname": "0123456789ab\n" }),
  ...seeds("domain-secrets", { "/etc/krb5.keytab": { content: "k", mode: 0o600 } }, { "/var/lib/samba/private/secrets.tdb": { content: "k", mode: 0o600 } }),
  ...seeds("agent-identity", { "/etc/puppetlabs/puppet/ssl/private_keys/a.pem": "key" }, { "/var/lib/amazon/ssm/registration": "{}" }, { "/var/lib/waagent/01.prv": "k" }),
  ...seeds("subscription", { "/etc/pki/consumer/key.pem": "k" }, { "/var/lib/ubuntu-advantage/private/machine-token.json": "{}" }),
  ...seeds("network-manager-key", { "/var/lib/NetworkManager/secret_key": "k" }, { "/var/lib/NetworkManager/seen-bssids": "[x]" }),
];

const home = "debby:x:1000:1000::/home/debby:/bin/bash";
const owned = { uid: 1000, gid: 1000 };

export const loginSeeds: readonly Seed[] = [
  ...seeds("root-authorized-keys", { "/root/.ssh/authorized_keys": publicKey }, { "/root/.ssh/authorized_keys2": publicKey }, { "/etc/dropbear/authorized_keys": publicKey }, {
    "/root/.ssh/authorized_keys": { target: "/etc/keys-of-root" },
    "/etc/keys-of-root": publicKey,
  }),
  ...seeds("authorized-keys", { ...user(home), "/home/debby/.ssh/authorized_keys": { content: `# a\n${publicKey}`, mode: 0o600, ...owned } }, {
    ...user("db:x:101:101::/var/lib/db:/usr/sbin/nologin"),
    "/var/lib/db/.ssh/authorized_keys": publicKey,
  }),
  ...seeds("known-hosts", { "/root/.ssh/known_hosts": "host ssh-ed25519 x\n" }),
  ...seeds("ssh-private-key", { "/root/.ssh/id_ed25519": privateKey }, { "/root/.ssh/work/deploy": privateKey }),
  ...seeds("host-trust", { "/root/.rhosts": "+ +\n" }, { "/etc/hosts.equiv": "" }),
  ...seeds(
    "autologin",
    { "/etc/systemd/system/serial-getty@ttyS0.service.d/autologin.conf": "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root 115200 %I\n" },
    { "/etc/inittab": "::sysinit:/etc/rc\nttyS0::respawn:-/bin/sh\n" },
    { "/etc/lightdm/lightdm.conf": "[Seat:*]\nautologin-user=user\n" },
  ),
  ...seeds("ssh-directory-mode", { "/root/.ssh": { type: "directory", mode: 0o775 } }, { ...user(home), "/home/debby/.ssh": { type: "directory", mode: 0o700, uid: 1, gid: 1 } }),
];

export const accountSeeds: readonly Seed[] = [
  ...seeds("root-password", { "/etc/shadow": { content: `root:${hash}:1::::::\n`, mode: 0o640 } }, { "/etc/shadow": { content: "root:x1y2z3:1::::::\n", mode: 0o640 } }),
  ...seeds("password-hash", user(home, hash), user("svc:x:998:998::/:/usr/sbin/nologin", hash)),
  ...seeds("locked-hash", user(home, `!${hash}`), { "/etc/shadow": { content: `root:!${hash}:1::::::\n`, mode: 0o640 } }),
  ...seeds("empty-password", user(home, ""), more("/etc/passwd", "guest::1000:65534::/:/usr/sbin/nologin\n")),
  ...seeds("unshadowed-password", user(home.replace(":x:", `:${hash}:`))),
  ...seeds("uid-zero", more("/etc/passwd", "toor:x:0:0::/root:/usr/sbin/nologin\n")),
  ...seeds("duplicate-account", more("/etc/passwd", "twin:x:1:1::/:/usr/sbin/nologin\n"), more("/etc/passwd", "daemon:x:7:1::/:/usr/sbin/nologin\n")),
  ...seeds("malformed-account", more("/etc/passwd", "broken:x:7\n"), more("/etc/passwd", "+::::::\n")),
  ...seeds("builder-user", user("packer:x:1000:1000::/home/packer:/bin/bash"), user("vagrant:x:900:900::/home/vagrant:/bin/sh"), user("ubuntu:x:1000:1000::/home/ubuntu:/bin/bash")),
  ...seeds("account-backup", { "/etc/shadow-": { content: `root:${hash}:1::::::\n`, mode: 0o640 } }, { "/var/backups/shadow.bak": `root:${hash}:1::::::\n` }),
  ...seeds("system-shell", more("/etc/passwd", "svc:x:101:65534::/:/bin/bash\n")),
  ...seeds("group-password", { "/etc/gshadow": { content: `adm:${hash}::\n`, mode: 0o640 } }),
];

export const sudoSeeds: readonly Seed[] = [
  ...seeds("sudo-nopasswd", { "/etc/sudoers.d/debby": { content: "# x\ndebby ALL=(ALL) NOPASSWD:ALL\n", mode: 0o440 } }, { "/etc/doas.conf": "permit nopass :wheel\n" }, {
    "/etc/sudoers": { content: "%sudo ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 },
  }),
  ...seeds("sudo-unauthenticated", { "/etc/sudoers.d/x": { content: "Defaults:debby !authenticate\n", mode: 0o440 } }),
  ...seeds("sudoers-of-the-build", { "/etc/sudoers.d/90-cloud-init-users": { content: "# Created by cloud-init\n", mode: 0o440 } }, { "/etc/sudoers.d/packer": { content: "packer ALL=(ALL) ALL\n", mode: 0o440 } }),
  ...seeds("sudoers-mode", { "/etc/sudoers.d/x": { content: "x ALL=(ALL) ALL\n", mode: 0o664 } }, { "/etc/sudoers.d/x": { content: "x ALL=(ALL) ALL\n", mode: 0o440, uid: 1, gid: 1 } }),
  ...seeds("sudo-stamps", { "/var/lib/sudo/lectured/debby": "" }),
];

export const sshdSeeds: readonly Seed[] = [
  ...seeds("sshd-root-password", { "/etc/ssh/sshd_config.d/00-build.conf": "permitrootlogin yes\n" }, more("/etc/ssh/sshd_config", "PermitRootLogin=yes\n")),
  ...seeds("sshd-password", more("/etc/ssh/sshd_config", "PasswordAuthentication yes\n"), { "/etc/ssh/sshd_config.d/50-cloud-init.conf": 'PasswordAuthentication "yes"\nMatch User x\n' }),
  ...seeds("sshd-empty-password", more("/etc/ssh/sshd_config", "PermitEmptyPasswords yes\n")),
  ...seeds("sshd-environment", more("/etc/ssh/sshd_config", "PermitUserEnvironment yes\n")),
  ...seeds("sshd-host-based", more("/etc/ssh/sshd_config", "HostbasedAuthentication yes\n"), more("/etc/ssh/sshd_config", "IgnoreRhosts no\n")),
  ...seeds("sshd-weak", more("/etc/ssh/sshd_config", "Ciphers +aes128-cbc\n"), more("/etc/ssh/sshd_config", "MACs hmac-md5\n"), more("/etc/ssh/sshd_config", "HostKeyAlgorithms +ssh-dss\n")),
  ...seeds("dropbear-options", { "/etc/default/dropbear": 'DROPBEAR_EXTRA_ARGS="-R -B"\n' }, { "/etc/inittab": "::respawn:/usr/sbin/dropbear -F -B\n" }),
  ...seeds("sshd-login-authority", more("/etc/ssh/sshd_config", "TrustedUserCAKeys /etc/ssh/ca.pub\n")),
];
