#!/bin/sh
# All updates of the distribution: for disks that do not come from a fresh bootstrap.
# setting: mirror = http://deb.debian.org/debian
# setting: security_mirror = http://deb.debian.org/debian-security
# setting: build_mirror = (build only)
# setting: build_security_mirror = (build only)
set -eu
export DEBIAN_FRONTEND=noninteractive
for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
  [ -e "$list" ] || continue
  sed -i "s,$SECURITY_MIRROR\( \|\$\),${BUILD_SECURITY_MIRROR:-$SECURITY_MIRROR}\1,; s,$MIRROR\( \|\$\),${BUILD_MIRROR:-$MIRROR}\1," "$list"
done
mountpoint -q /var/lib/apt/lists || mount -t tmpfs lists /var/lib/apt/lists # their names tell the mirror, and stay in ext4's journal
apt-get -qy update
apt-get -qy -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold full-upgrade
apt-get -qy autoremove --purge
