import { gzipSync } from "node:zlib";
import type { TreeEntry } from "../../../../providers/shared/file-tree/file-tree.ts";
import { cpio } from "./cpio.ts";

export type Node = string | Buffer | (Partial<TreeEntry> & { readonly content?: string | Buffer });

export const rootUuid = "6e35b516-9114-46c0-bb10-e82ec24024c6";
const kernel = "6.1.0-1-cloud-amd64";
const drivers = ["nvme/host/nvme", "hv/hv_vmbus", "scsi/hv_storvsc", "scsi/virtio_scsi", "virtio/virtio_pci"].map((name) => `usr/lib/modules/${kernel}/kernel/drivers/${name}.ko.xz`);

/** Names and contents of a Debian cloud image as a build of ours leaves it: what the rules look at, and no fault. */
export const cleanTree: Readonly<Record<string, Node>> = {
  "/bin": { target: "usr/bin" },
  "/lib": { target: "usr/lib" },
  "/sbin": { target: "usr/sbin" },
  "/boot/grub/grub.cfg": `linux /vmlinuz root=UUID=${rootUuid} ro net.ifnames=0 console=tty0 console=ttyS0,115200 quiet\ninitrd /initrd.img\nboot\nlinux /vmlinuz root=UUID=${rootUuid} ro single\n`,
  [`/boot/initrd.img-${kernel}`]: Buffer.concat([cpio(["kernel/x86/microcode/GenuineIntel.bin"]), Buffer.alloc(512), gzipSync(cpio(drivers))]),
  [`/boot/vmlinuz-${kernel}`]: "kernel",
  "/etc/.pwd.lock": { mode: 0o600 },
  "/etc/apt/apt.conf.d/01autoremove": 'APT::NeverAutoRemove { "^firmware-linux.*"; };\n// Acquire::http::Proxy "http://10.0.0.1:3142";\n',
  "/etc/apt/sources.list.d/debian.sources":
    "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
  "/etc/cloud/cloud.cfg": "users:\n   - default\ndisable_root: true\nsystem_info:\n   default_user:\n     name: debian\n     lock_passwd: True\n     sudo: [\"ALL=(ALL) NOPASSWD:ALL\"]\n",
  "/etc/cloud/cloud.cfg.d/90_imagefleet.cfg": "datasource_list: [NoCloud, ConfigDrive, OpenStack, Azure, GCE, Ec2, VMware, None]\napt: { preserve_sources_list: true }\n",
  "/etc/default/grub": 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
  "/etc/default/locale": "LANG=C.UTF-8\n",
  "/etc/dpkg/dpkg.cfg": "no-debsig\nlog /var/log/dpkg.log\n",
  "/etc/environment": "",
  "/etc/fstab": `UUID=${rootUuid} / ext4 errors=remount-ro,discard 0 1\n`,
  "/etc/group": "root:x:0:\ndaemon:x:1:\nsys:x:3:\nadm:x:4:\nshadow:x:42:\nutmp:x:43:\nnogroup:x:65534:\nmessagebus:x:106:\n",
  "/etc/gshadow": { content: "root:*::\ndaemon:*::\nadm:*::\nmessagebus:!::\n", mode: 0o640, gid: 42 },
  "/etc/hostname": "debian\n",
  "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\n",
  "/etc/machine-id": { mode: 0o444 },
  "/etc/netplan/99-dhcp.yaml": { content: "network:\n  ethernets:\n    all:\n      match: { name: e* }\n      dhcp4: true\n", mode: 0o600 },
  "/etc/pam.d/sudo": "@include common-auth\n",
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nsync:x:4:65534:sync:/bin:/bin/sync\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\nmessagebus:x:100:106::/nonexistent:/usr/sbin/nologin\n",
  "/etc/profile": "export PATH\n",
  "/etc/resolv.conf": { target: "../run/systemd/resolve/stub-resolv.conf" },
  "/etc/shadow": { content: "root:!*:20778:0:99999:7:::\ndaemon:*:20778:0:99999:7:::\nsync:*:20778:0:99999:7:::\nnobody:*:20778:0:99999:7:::\nmessagebus:!:20778::::::\n", mode: 0o640, gid: 42 },
  "/etc/ssh/ssh_config": "Host *\n    SendEnv LANG LC_*\n",
  "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n#PermitRootLogin prohibit-password\n#PasswordAuthentication yes\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nSubsystem sftp /usr/lib/openssh/sftp-server\n",
  "/etc/ssh/sshd_config.d": { type: "directory", mode: 0o755 },
  "/etc/ssl/private": { type: "directory", mode: 0o700 },
  "/etc/sudoers": { content: "Defaults\tenv_reset\nroot\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n", mode: 0o440 },
  "/etc/sudoers.d/README": { content: "# %sudo ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 },
  "/etc/systemd/network/99-dhcp.network": "[Match]\nName=e*\n[Network]\nDHCP=yes\n",
  "/etc/systemd/resolved.conf": "[Resolve]\n#DNS=\n#Domains=\n",
  "/home": { type: "directory", mode: 0o755 },
  "/lost+found": { type: "directory", mode: 0o700 },
  "/root": { type: "directory", mode: 0o700 },
  "/root/.bashrc": "umask 022\n",
  "/root/.profile": "mesg n\n",
  "/run": { type: "directory", mode: 0o755 },
  "/tmp": { type: "directory", mode: 0o1777 },
  "/tmp/.X11-unix": { type: "directory", mode: 0o1777 },
  "/usr/bin/cloud-init": { content: "#!/usr/bin/python3\n", mode: 0o755 },
  "/usr/bin/su": { content: "su", mode: 0o4755 },
  "/usr/bin/passwd": { content: "passwd", mode: 0o4755 },
  "/usr/bin/ssh-agent": { content: "BEGIN OPENSSH PRIVATE KEY", mode: 0o2755, gid: 42 },
  "/usr/lib/nagios/check_dhcp": { content: "check", mode: 0o4755 },
  [`/usr/lib/modules/${kernel}/modules.builtin`]: "kernel/drivers/net/virtio_net.ko\n",
  [`/usr/lib/modules/${kernel}/modules.dep`]: "kernel/drivers/net/ethernet/amazon/ena/ena.ko.xz:\n",
  "/usr/lib/systemd/systemd": { content: "systemd", mode: 0o755 },
  "/var/cache/apt/archives/lock": { mode: 0o640 },
  "/var/cache/debconf/passwords.dat": { mode: 0o600 },
  "/var/cache/debconf/config.dat": "Name: adduser/homedir-permission\nValue: true\n",
  "/var/lib/apt/lists/lock": { mode: 0o640 },
  "/var/lib/cloud": { type: "directory", mode: 0o755 },
  "/var/lib/dhcp": { type: "directory", mode: 0o755 },
  "/var/lib/dpkg/info/monitoring-plugins.list": "/.\n/usr\n/usr/lib/nagios/check_dhcp\n",
  "/var/lib/dpkg/status": "Package: adduser\nStatus: install ok installed\n\nPackage: old\nStatus: deinstall ok config-files\n",
  "/var/log/cloud-init.log": { gid: 4 },
  "/var/log/journal": { type: "directory", mode: 0o2755 },
  "/var/mail": { type: "directory", mode: 0o2775 },
  "/var/spool/cron/atjobs/.SEQ": "0\n",
  "/var/tmp": { type: "directory", mode: 0o1777 },
};

/** What an image for a target has besides. */
export const targetTrees: Readonly<Record<string, Readonly<Record<string, Node>>>> = {
  azure: { "/etc/ssh/sshd_config.d/azure.conf": "ClientAliveInterval 180\n" },
  aws: {},
  gcp: {},
  openstack: {},
  vsphere: {},
  container: { "/boot/grub/grub.cfg": "", [`/boot/initrd.img-${kernel}`]: { type: "directory", mode: 0o755 }, [`/boot/vmlinuz-${kernel}`]: { type: "directory", mode: 0o755 } },
  vagrant: {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nvagrant:x:1000:1000::/home/vagrant:/bin/bash\n",
    "/etc/group": "root:x:0:\nadm:x:4:\nshadow:x:42:\nvagrant:x:1000:\n",
    "/etc/shadow": { content: `root:!*:20778:0:99999:7:::\nvagrant:$6$salt$${"x".repeat(86)}:20778::::::\n`, mode: 0o640, gid: 42 },
    "/etc/sudoers.d/vagrant": { content: "vagrant ALL=(ALL) NOPASSWD:ALL\n", mode: 0o440 },
    "/home/vagrant": { type: "directory", mode: 0o700, uid: 1000, gid: 1000 },
    "/home/vagrant/.ssh": { type: "directory", mode: 0o700, uid: 1000, gid: 1000 },
    "/home/vagrant/.ssh/authorized_keys": { content: `ssh-ed25519 AAAA${"C3Nz".repeat(16)} vagrant\n`, mode: 0o600, uid: 1000, gid: 1000 },
  },
};
