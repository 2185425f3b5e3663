import { cleanTree, targetTrees } from "../clean-tree.ts";
import { forTarget, more, seeds, user, type Seed } from "../seed.ts";

export const permissionSeeds: readonly Seed[] = [
  ...seeds("setuid", { "/usr/local/bin/rootsh": { content: "sh", mode: 0o4755 } }, { "/usr/bin/foreign": { content: "x", mode: 0o2755 } }, { "/home/su": { content: "su", mode: 0o4755 } }),
  ...seeds("setuid-writable", { "/usr/bin/su": { content: "su", mode: 0o4775 } }, { "/usr/bin/passwd": { content: "p", mode: 0o4757 } }),
  ...seeds("world-writable-file", { "/usr/bin/tool": { content: "x", mode: 0o777 } }, { "/etc/profile": { content: "", mode: 0o666 } }),
  ...seeds("world-writable-directory", { "/tmp": { type: "directory", mode: 0o777 } }, { "/var/lib/app": { type: "directory", mode: 0o757 } }),
  ...seeds("unowned", { "/opt/app/run": { content: "x", uid: 1001, gid: 0 } }, { "/opt/app/run": { content: "x", gid: 999 } }),
  ...seeds("device-nodes", { "/opt/sda": { type: "block", mode: 0o600, device: { major: 8, minor: 0 } } }),
  ...seeds("account-files-mode", { "/etc/shadow": { content: "root:*:1::::::\n", mode: 0o644 } }, { "/etc/passwd-": { content: "", mode: 0o664 } }),
  ...seeds("root-home-mode", { "/root": { type: "directory", mode: 0o770 } }, { "/root": { type: "directory", mode: 0o700, uid: 1, gid: 1 } }),
  ...seeds("root-runs", { "/etc/cron.d/job": { content: "x", mode: 0o664 } }, { "/etc/systemd/system/a.service": { content: "[Unit]\n", uid: 1, gid: 1 } }),
  ...seeds("home-owner", { "/home/nobodys": { type: "directory", mode: 0o700 } }, { ...user("debby:x:1000:1000::/home/debby:/bin/bash"), "/home/debby": { type: "directory", mode: 0o770, uid: 1000, gid: 1000 } }),
];

export const diskSeeds: readonly Seed[] = [
  ...seeds("fstab-device", { "/etc/fstab": "/dev/vda1 / ext4 defaults 0 1\n" }, more("/etc/fstab", "/dev/nvme0n1p2 /srv ext4 defaults 0 2\n")),
  ...seeds("fstab-root", { "/etc/fstab": "# nothing\n" }),
  ...seeds("fstab-removable", more("/etc/fstab", "/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0\n"), more("/etc/fstab", "/dev/fd0 /media/floppy auto noauto 0 0\n")),
  ...seeds("fstab-missing", more("/etc/fstab", "UUID=00000000-1111-2222-3333-444444444444 /srv ext4 defaults 0 2\n")),
  ...seeds("fstab-network", more("/etc/fstab", "nfs.example.com:/srv /srv nfs defaults 0 0\n"), more("/etc/fstab", "//a/b /srv cifs credentials=/x 0 0\n")),
  ...seeds("swap-file", { "/swapfile": { content: "x", mode: 0o600 } }, more("/etc/fstab", "/var/more.swap none swap sw 0 0\n")),
  ...seeds("swap-partition", more("/etc/fstab", "LABEL=swap none swap sw 0 0\n")),
  ...seeds("resume", { "/etc/initramfs-tools/conf.d/resume": "RESUME=UUID=01\n" }, { "/boot/grub/grub.cfg": "linux /vmlinuz root=UUID=1 ro resume=UUID=2 console=ttyS0\n" }),
  ...seeds("crypttab", { "/etc/crypttab": "# <target>\ndata UUID=1 none luks\n" }, { "/etc/cryptsetup-keys.d/data.key": { content: "k", mode: 0o600 } }),
  ...seeds("storage-ids", { "/etc/lvm/devices/system.devices": "x" }, { "/etc/mdadm/mdadm.conf": "ARRAY /dev/md0 UUID=1\n" }, { "/etc/multipath/wwids": "# x\n/3600/\n" }),
];

const line = (words: string) => ({ "/boot/grub/grub.cfg": `linux /vmlinuz root=UUID=1 ro console=ttyS0 ${words}\n` });

export const bootSeeds: readonly Seed[] = [
  ...seeds("kernel-init", line("init=/bin/bash"), line("single"), line("systemd.unit=rescue.target"), { "/boot/loader/entries/a.conf": "title a\noptions root=UUID=1 rd.break\n" }),
  ...seeds("kernel-installer", line("preseed/url=http://10.0.0.1/p.cfg"), { "/etc/default/grub": 'GRUB_CMDLINE_LINUX="inst.ks=http://10.0.0.1/ks"\n' }),
  ...seeds("kernel-root-device", { "/boot/grub/grub.cfg": "linux /vmlinuz root=/dev/vda1 ro console=ttyS0\n" }),
  ...seeds("kernel-protection", line("apparmor=0"), line("selinux=0")),
  ...seeds("selinux-off", { "/etc/selinux/config": "SELINUX=disabled\n" }),
  ...seeds("debug-shell", { "/etc/systemd/system/sysinit.target.wants/debug-shell.service": { target: "/lib/systemd/system/debug-shell.service" } }),
  ...seeds("boot-failure-mark", { "/boot/grub/grubenv": "# GRUB Environment Block\nrecordfail=1\n####" }),
  ...seeds("pending-boot-work", { "/system-update": { target: "/var/lib/system-update" } }, { "/forcefsck": "" }),
];

const modules = Object.keys(cleanTree).find((path) => path.endsWith("/modules.dep"))!;
const builtin = Object.keys(cleanTree).find((path) => path.endsWith("/modules.builtin"))!;
const initrd = Object.keys(cleanTree).find((path) => path.startsWith("/boot/initrd"))!;
const other = { "/etc/cloud/cloud.cfg.d/95.cfg": "datasource_list: [ NoCloud, None ]\n" };
const none = { "/usr/bin/cloud-init": undefined };

export const cloudSeeds: readonly Seed[] = [
  ...forTarget("azure", "azure-client-alive", { "/etc/ssh/sshd_config.d/azure.conf": undefined }, { "/etc/ssh/sshd_config.d/azure.conf": "ClientAliveInterval 600\n" }),
  { finds: ["swap-partition", "azure-swap"], target: "azure", plant: more("/etc/fstab", "LABEL=swap none swap sw 0 0\n") },
  ...forTarget("azure", "azure-agent", other, none),
  ...forTarget("azure", "azure-console", { "/boot/grub/grub.cfg": "linux /vmlinuz root=UUID=1 ro\n" }),
  ...forTarget("azure", "azure-drivers", { [initrd]: "" }),
  { finds: ["sshd-root-password", "aws-root-login"], target: "aws", plant: { "/etc/ssh/sshd_config.d/a.conf": "PermitRootLogin yes\n" } },
  ...forTarget("aws", "aws-agent", other, none),
  ...forTarget("aws", "aws-drivers", { [initrd]: "" }, { [modules]: "" }),
  ...forTarget("gcp", "gcp-agent", other, none),
  ...forTarget("gcp", "gcp-drivers", { [initrd]: "" }, { [builtin]: "" }),
  ...forTarget("gcp", "gcp-mtu", { "/etc/systemd/network/a.network": "[Link]\nMTUBytes=1500\n" }, { "/etc/netplan/01.yaml": { content: "network:\n  ethernets:\n    a:\n      mtu: 9000\n", mode: 0o600 } }),
  ...forTarget("openstack", "openstack-agent", other, none),
  ...forTarget("vsphere", "vsphere-agent", other, none),
  ...forTarget("container", "container-payload", { "/boot/vmlinuz": "kernel" }),
  { finds: ["vagrant-user", "vagrant-key", "home-owner"], target: "vagrant", plant: { "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nother:x:1000:1000::/:/usr/sbin/nologin\n", "/home/vagrant/.ssh/authorized_keys": undefined } },
  ...forTarget("vagrant", "vagrant-key", { "/home/vagrant/.ssh/authorized_keys": undefined }),
  ...forTarget("vagrant", "vagrant-sudo", { "/etc/sudoers.d/vagrant": undefined }),
  { finds: ["authorized-keys"], target: "vagrant", plant: { ...user("debby:x:1001:1001::/home/debby:/bin/bash"), "/etc/passwd": `${String(targetTrees["vagrant"]!["/etc/passwd"])}debby:x:1001:1001::/home/debby:/bin/bash\n`, "/etc/group": "root:x:0:\nadm:x:4:\nshadow:x:42:\nvagrant:x:1000:\ndebby:x:1001:\n", "/home/debby/.ssh/authorized_keys": "ssh-ed25519 AAAAC3Nz debby\n" } },
];

// Self-signed; their keys are gone.
const valid = `-----BEGIN CERTIFICATE-----
MIIBSjCB/aADAgECAhRRhpteeFgTfBaN8ymjz32mq7cYuzAFBgMrZXAwGjEYMBYG
A1UEAwwPVmFsaWQgYXV0aG9yaXR5MCAXDTI2MTEyMTA3MzkzN1oYDzIxMjYxMDI4
MDczOTM3WjAaMRgwFgYDVQQDDA9WYWxpZCBhdXRob3JpdHkwKjAFBgMrZXADIQAX
y4emGtfgKVY3tFZyFPaXuuFplFybDqiDFjO8jAg7NqNTMFEwHQYDVR0OBBYEFL98
76k6tVlxp96zoT8wQMBqq8vsMB8GA1UdIwQYMBaAFL9876k6tVlxp96zoT8wQMBq
q8vsMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA+yDvGigKMTc3C+c/f1tQdHG1
ACNfBrxpNZ0nPZhuPLM5mhs7A11JsmQnqmfp2RTltDrBJFFZlq4qzLG85oltAA==
-----END CERTIFICATE-----
`;
const expired = `-----BEGIN CERTIFICATE-----
MIHXMIGKAgEBMAUGAytlcDAYMRYwFAYDVQQDDA1PbGQgYXV0aG9yaXR5MB4XDTE5
MDEwMTAwMDAwMFoXDTIwMDEwMTAwMDAwMFowGDEWMBQGA1UEAwwNT2xkIGF1dGhv
cml0eTAqMAUGAytlcAMhALjkMon7TtGd4VlFvuwfesTu4ySS7cDt+KHDYP3mpAWB
MAUGAytlcANBAH9NlNqAQD9It9bybLBc9yQjnDe7NM4g+yu5AwJg+iNdigasi1hy
25/BD5Jys63ljnnHBJD1O78p1AbmNP3cNgg=
-----END CERTIFICATE-----
`;

export const certificateSeeds: readonly Seed[] = [
  ...seeds("ca-local", { "/usr/local/share/ca-certificates/ours.crt": valid }),
  { finds: ["ca-expired", "ca-local"], plant: { "/etc/pki/ca-trust/source/anchors/old.pem": expired } },
];
