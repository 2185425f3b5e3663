import { hash, more, seeds, type Seed } from "../seed.ts";

export const cloudInitSeeds: readonly Seed[] = [
  ...seeds("cloud-init-instance", { "/var/lib/cloud/instance": { target: "/var/lib/cloud/instances/i-1" } }, { "/var/lib/cloud/instances/i-1/user-data.txt": "#cloud-config\n" }),
  ...seeds("cloud-init-data", { "/var/lib/cloud/data/result.json": "{}" }, { "/var/lib/cloud/sem/config_scripts_per_once.once": "" }),
  ...seeds("cloud-init-seed", { "/var/lib/cloud/seed/nocloud/user-data": "#cloud-config\n" }),
  ...seeds("cloud-init-network", { "/etc/netplan/50-cloud-init.yaml": { content: "network:\n", mode: 0o600 } }, { "/etc/network/interfaces.d/50-cloud-init": "auto eth0\n" }, { "/etc/systemd/network/10-cloud-init-eth0.network": "[Match]\n" }, {
    "/etc/sysconfig/network-scripts/ifcfg-eth0": "# Created by cloud-init on instance boot automatically, do not edit.\nDEVICE=eth0\n",
  }),
  ...seeds("cloud-init-off", { "/etc/cloud/cloud-init.disabled": "" }, { "/etc/cloud/cloud.cfg.d/99-installer.cfg": "# x\n" }),
  ...seeds("cloud-init-password", { "/etc/cloud/cloud.cfg.d/99-x.cfg": "ssh_pwauth: true\n" }, { "/etc/cloud/cloud.cfg.d/99-x.cfg": "users:\n  - name: a\n    plain_text_passwd: hunter22\n" }, more("/etc/cloud/cloud.cfg", "chpasswd:\n  expire: false\n")),
  ...seeds("cloud-init-runtime", { "/run/cloud-init/instance-data.json": "{}" }),
];

export const logSeeds: readonly Seed[] = [
  ...seeds("logs", { "/var/log/dpkg.log": "x" }, { "/var/log/apt/history.log.1.gz": "x" }),
  ...seeds("journal", { "/var/log/journal/0123456789abcdef/system.journal": "LPKSHHRH" }),
  ...seeds("login-records", { "/var/log/wtmp": { content: "shutdown", mode: 0o664 } }, { "/var/log/btmp": { content: "x", mode: 0o660 } }, { "/var/log/lastlog": "x" }),
  ...seeds("installer-log", { "/var/log/installer/cdebconf/questions.dat": "x" }, { "/var/log/anaconda/anaconda.log": "x" }),
  ...seeds("answer-file", { "/root/anaconda-ks.cfg": "rootpw --plaintext x\n" }, { "/preseed.cfg": "d-i x\n" }),
  ...seeds("schedules", { "/var/spool/cron/crontabs/root": { content: "* * * * * true\n", mode: 0o600 } }),
  ...seeds("dhcp-leases", { "/var/lib/dhcp/dhclient.eth0.leases": "lease {}\n" }, { "/var/lib/NetworkManager/internal-0-eth0.lease": "x" }, { "/var/lib/systemd/network/eth0.lease": "x" }),
  ...seeds("timer-stamps", { "/var/lib/systemd/timers/stamp-apt-daily.timer": "" }),
];

const sources = "/etc/apt/sources.list.d/more.list";

export const packageSeeds: readonly Seed[] = [
  ...seeds("apt-lists", { "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease": "x" }),
  ...seeds("package-cache", { "/var/cache/apt/pkgcache.bin": "x" }, { "/var/cache/apt/archives/a_1_amd64.deb": "x" }, { "/var/cache/dnf/base/repodata/repomd.xml": "x" }),
  ...seeds("package-proxy", { "/etc/apt/apt.conf.d/00proxy": 'Acquire::http::Proxy "http://10.0.0.1:3142";\n' }, more("/etc/environment", "https_proxy=http://proxy.example.com:3128\n"), { "/etc/dnf/dnf.conf": "[main]\nproxy=http://a:1\n" }),
  ...seeds("repository-private", { [sources]: "deb http://10.1.2.3/debian bookworm main\n" }, { [sources]: "deb [arch=amd64] http://mirror.corp:8080/debian bookworm main\n" }, { "/etc/yum.repos.d/a.repo": "[a]\nbaseurl=http://builder/a\n" }, {
    "/etc/apt/sources.list.d/debian.sources": "Types: deb\nURIs: http://localhost:3142/debian\n",
  }),
  ...seeds("repository-local", { "/etc/apt/sources.list": "deb cdrom:[Debian GNU/Linux 12]/ bookworm main\n" }, { [sources]: "deb file:/srv/packages ./\n" }),
  ...seeds("repository-unsigned", { [sources]: "deb [trusted=yes] http://deb.example.com/debian bookworm main\n" }, { "/etc/yum.repos.d/a.repo": "[a]\nbaseurl=https://example.com/a\ngpgcheck=0\n" }, {
    "/etc/apt/sources.list.d/a.sources": "Types: deb\nURIs: https://deb.example.com/a\nTrusted: yes\n",
  }, { "/etc/apt/apt.conf.d/99x": 'APT::Get::AllowUnauthenticated "true";\n' }),
  ...seeds("package-unfinished", more("/var/lib/dpkg/status", "\nPackage: bad\nStatus: install ok half-configured\n"), { "/var/lib/dpkg/updates/0001": "Package: a\n" }),
  ...seeds("package-backups", { "/var/lib/dpkg/status-old": "x" }, { "/var/backups/dpkg.status.0": "x" }, { "/var/cache/debconf/config.dat-old": "x" }),
  ...seeds("debconf-passwords", { "/var/cache/debconf/passwords.dat": { content: "Name: a/password\nTemplate: a/password\nValue: hunter22\n", mode: 0o600 } }),
  ...seeds("package-conflicts", { "/etc/ssh/sshd_config.dpkg-dist": "" }, { "/etc/app/a.rpmsave": "" }),
  ...seeds("policy-rc", { "/usr/sbin/policy-rc.d": { content: "#!/bin/sh\nexit 101\n", mode: 0o755 } }),
  ...seeds("stand-ins", { "/usr/sbin/start-stop-daemon.REAL": { content: "x", mode: 0o755 } }),
  ...seeds("unsafe-writes", { "/etc/dpkg/dpkg.cfg.d/unsafe": "force-unsafe-io\n" }, { "/etc/ld.so.preload": "libeatmydata.so\n" }),
];

export const networkSeeds: readonly Seed[] = [
  ...seeds("persistent-net-rules", { "/etc/udev/rules.d/70-persistent-net.rules": 'SUBSYSTEM=="net", ATTR{address}=="52:54:00:12:34:56", NAME="eth0"\n' }),
  ...seeds("mac-address", { "/etc/netplan/99-dhcp.yaml": { content: "network:\n  ethernets:\n    a:\n      match: { macaddress: '52:54:00:12:34:56' }\n", mode: 0o600 } }, { "/etc/systemd/network/10-eth0.link": "[Match]\nMACAddress=52:54:00:12:34:56\n" }, {
    "/etc/sysconfig/network-scripts/ifcfg-eth0": "DEVICE=eth0\nHWADDR=52:54:00:12:34:56\n",
  }),
  ...seeds("interface-uuid", { "/etc/sysconfig/network-scripts/ifcfg-eth0": "DEVICE=eth0\nUUID=01\n" }, { "/etc/dhcpcd.duid": "x" }),
  ...seeds("resolv-conf", { "/etc/resolv.conf": "nameserver 10.0.2.3\n" }, { "/etc/resolv.conf": "search corp.example.com\n" }, { "/etc/.resolv.conf.systemd-resolved.bak": "nameserver 10.0.0.53\n" }, { "/etc/systemd/resolved.conf": "[Resolve]\nDNS=10.0.0.53\n" }),
  ...seeds("hosts", more("/etc/hosts", "10.0.0.5 mirror\n")),
  ...seeds("static-address", { "/etc/network/interfaces": "iface eth0 inet static\n  address 10.0.0.2/24\n" }, { "/etc/systemd/network/a.network": "[Network]\nAddress=10.0.0.2/24\n" }, { "/etc/netplan/01.yaml": { content: "network:\n  ethernets:\n    a:\n      addresses:\n        - 10.0.0.2/24\n", mode: 0o600 } }),
];

export const temporarySeeds: readonly Seed[] = [
  ...seeds("temporary-files", { "/tmp/a": "" }, { "/var/tmp/b/c": "x" }),
  ...seeds("build-files", { "/tmp/script_1234.sh": "#!/bin/sh\n" }, { "/root/.ansible/tmp/a": "" }, { "/root/VBoxGuestAdditions.iso": "x" }, { "/zero": "" }),
  ...seeds("core-dumps", { "/var/crash/_usr_bin_a.0.crash": "x" }, { "/var/lib/systemd/coredump/core.a.zst": "x" }, { "/core": "x" }),
  ...seeds("lost-and-found", { "/lost+found/#1234": "x" }),
  ...seeds("hidden-under-mounts", { "/dev/null-by-mistake": "x" }, { "/proc/cpuinfo": "x" }),
  { finds: ["secret-hash", "answer-file"], plant: { "/root/original-ks.cfg": `rootpw --iscrypted ${hash}\n` } },
];
