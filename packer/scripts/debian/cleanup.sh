#!/bin/sh
# Nothing of the build, or of this one machine, stays in the image. Every layer ends with it.
# setting: suite = bookworm
# setting: mirror = http://deb.debian.org/debian
# setting: security_mirror = http://deb.debian.org/debian-security
set -eu

# cloud-init lets people in before it ends, and would leave behind what is removed here.
! command -v cloud-init >/dev/null || cloud-init status --wait >/dev/null || true

# Packages: the caches go, the real mirrors come back.
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old
rm -f /etc/apt/sources.list
cat >/etc/apt/sources.list.d/debian.sources <<EOF
Types: deb
URIs: $MIRROR
Suites: $SUITE $SUITE-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: $SECURITY_MIRROR
Suites: $SUITE-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF

# Stand-ins of the bootstrap, which keep packages from starting their services.
rm -f /usr/sbin/policy-rc.d
[ ! -e /usr/sbin/start-stop-daemon.REAL ] || mv /usr/sbin/start-stop-daemon.REAL /usr/sbin/start-stop-daemon

# Identity and login of this machine.
systemctl stop systemd-random-seed # or it writes the seed again at shutdown
rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/dbus/machine-id /etc/ssh/ssh_host_*
: >/etc/machine-id
rm -f /etc/hostid /etc/nvme/hostnqn /etc/nvme/hostid
[ ! -e /etc/iscsi/initiatorname.iscsi ] || echo GenerateName=yes >/etc/iscsi/initiatorname.iscsi
passwd --quiet --lock root
rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow-
for home in /root /home/*; do
  rm -rf "$home"/.cache "$home"/.*_history "$home/.lesshst" "$home/.viminfo" "$home/.wget-hsts" "$home"/.ssh/known_hosts*
done
rm -rf /root/.ssh /var/lib/sudo/*

# The builder's network and drives.
rm -f /etc/.resolv.conf.systemd-resolved.bak
[ -L /etc/resolv.conf ] || : >/etc/resolv.conf
sed -i /cdrom/d /etc/fstab

# What cloud-init did for the build; a full `cloud-init clean` takes eight seconds under emulation.
rm -rf /var/lib/cloud/* /etc/systemd/network/10-cloud-init-* /etc/network/interfaces.d/50-cloud-init

# Logs: the journal moves to memory first.
journalctl --quiet --relinquish-var
rm -rf /var/log/journal/* /var/log/installer /var/lib/systemd/timers/* /var/lib/dhcp/* /tmp/* /var/tmp/*
rm -f /var/log/wtmp /var/log/btmp /var/log/lastlog # shutdown would write to them; systemd-tmpfiles makes them at boot
find /var/log -type f -exec truncate -s 0 {} +

# Deleted is not gone: free space is overwritten, then given back. The disk does not grow (detect-zeroes).
sync # blocks are free only when their deletion is in the journal
for reserve in /sys/fs/ext4/*/reserved_clusters; do echo 0 >"$reserve"; done # 16 MiB that even root cannot fill
dd if=/dev/zero of=/zero bs=4M oflag=direct 2>/dev/null || true # until it is full
cat /dev/zero >/zero.rest 2>/dev/null || true
sync
rm /zero /zero.rest
fstrim /
