#!/bin/sh
# install.sh URL: runs in the installer; fetches from there, partitions the disk, unpacks a root file system onto it, makes it bootable.
set -eu
trap 'echo "install.sh failed" >/dev/console; poweroff' EXIT
exec >/dev/console 2>&1
mkdir -p /target-tools/root
for name in tools root; do wget -q -O /tmp/$name.tar.gz "$1/$name.tar.gz"; done
tar -C /target-tools -xzf /tmp/tools.tar.gz
tar -C /target-tools/root -xzf /tmp/root.tar.gz
insmod /target-tools/virtio_blk.ko
mkdir -p /target-tools/dev
mount -t devtmpfs dev /target-tools/dev
echo 'start=2048, type=83, bootable' | chroot /target-tools sfdisk --label dos --no-tell-kernel /dev/vda
blockdev --rereadpt /dev/vda
chroot /target-tools mke2fs -q -t ext4 -d /root /dev/vda1
dd if=/target-tools/boot.img of=/dev/vda bs=440 count=1
dd if=/target-tools/core.img of=/dev/vda bs=512 seek=1
sync
echo "install.sh is done"
trap - EXIT
reboot
