#!/bin/sh
# Lets the image start from the network too, with its files in memory: its initrd learns to fetch them. The format netboot needs it.
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
[ -n "$(ls /var/lib/apt/lists/*_Packages 2>/dev/null)" ] || apt-get -qy update
# live-boot fetches by busybox's wget; the cloud kernel has squashfs, overlay and virtio
apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends live-boot live-boot-initramfs-tools busybox zstd
update-initramfs -u -k all
