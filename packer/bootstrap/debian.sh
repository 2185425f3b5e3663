#!/bin/sh
# Debian from packages onto a disk that boots on BIOS and UEFI: ext4 behind GRUB, cloud-init, SSH, serial console.
# setting: suite = bookworm
# setting: mirror = http://deb.debian.org/debian
# setting: security_mirror = http://deb.debian.org/debian-security
# setting: build_mirror = (build only)
# setting: build_security_mirror = (build only)
# setting: disk_size = 2G
# setting: kernel = linux-image-cloud-amd64
# setting: packages = ca-certificates,sudo
set -eu

packages=systemd-sysv,systemd-resolved,libpam-systemd,dbus,udev,kmod,initramfs-tools,zstd,e2fsprogs,fdisk,netbase,iproute2,openssh-server,cloud-init,cloud-guest-utils,tzdata
unwanted='path-exclude=/usr/share/man/* path-exclude=/usr/share/locale/* path-exclude=/usr/share/doc/* path-include=/usr/share/doc/*/copyright'
sources() { # MIRROR SECURITY_MIRROR
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' \
    "$1" "$SUITE $SUITE-updates" "$2" "$SUITE-security"
}
SOURCES=$(sources "$MIRROR" "$SECURITY_MIRROR")
UUID=$(cat /proc/sys/kernel/random/uuid)
export SOURCES UUID DISK_SIZE

# Both run in the directory that mmdebstrap passes, as its root: in a user namespace where this script itself may be out of reach.
configure='set -eu
cd "$1"
rm -f etc/apt/sources.list etc/apt/sources.list.d/*
printf "%s\n" "$SOURCES" >etc/apt/sources.list.d/debian.sources
echo "UUID=$UUID / ext4 errors=remount-ro,discard 0 1" >etc/fstab
echo debian >etc/hostname
echo LANG=C.UTF-8 >etc/default/locale # else cloud-init wants one that is not there, and fails
printf "127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\n" >etc/hosts
mkdir -p boot/grub etc/systemd/network
# The links that every kernel package keeps up to date: an upgrade needs no change here.
cat >boot/grub/grub.cfg <<EOF
serial --unit=0 --speed=115200
terminal_output serial console
linux /vmlinuz root=UUID=$UUID ro net.ifnames=0 console=tty0 console=ttyS0,115200 quiet
initrd /initrd.img
boot
EOF
# Where no data source describes the network, or there is no cloud-init at all. What cloud-init writes sorts before it.
printf "[Match]\nName=e*\n[Network]\nDHCP=yes\n" >etc/systemd/network/99-dhcp.network
cat >etc/cloud/cloud.cfg.d/90_imagefleet.cfg <<EOF
datasource_list: [NoCloud, ConfigDrive, OpenStack, Azure, GCE, Ec2, VMware, None]
apt: { preserve_sources_list: true }
system_info: { network: { renderers: [networkd] } }
EOF
cat >etc/systemd/system/ssh-host-keys.service <<EOF
[Unit]
Description=Make SSH host keys where cloud-init has not
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
After=cloud-init.service
Before=ssh.service
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
EOF
chroot . systemctl --quiet enable systemd-networkd systemd-resolved ssh ssh-host-keys serial-getty@ttyS0
ln -sf ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf
rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* var/log/*.log var/log/apt/*
rm -f etc/ssh/ssh_host_* var/lib/dbus/machine-id
: >etc/machine-id'

# 14: rest of the BIOS boot loader, 15: the UEFI one, 1: root, last on the disk so that it may grow. Whoever starts the
# machine reads the loaders; the system itself never mounts 15.
make_disk='set -eu
dir=$(mktemp -d)
trap "mountpoint -q $dir/root && umount $dir/root; rm -rf $dir" EXIT
mkdir $dir/root
mount --bind "$1" $dir/root # the same without /proc and /sys, which are mounted for the packages
esp=4096 first=135168 # sectors: 64 MiB is the least that every firmware takes for FAT32
truncate -s "$DISK_SIZE" $dir/raw
size=$(($(stat -c %s $dir/raw) / 512 - first - 2048)) # the last MiB holds the copy of the table
sfdisk --quiet --label gpt $dir/raw <<EOF
14: start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649
15: start=$esp, size=$((first - esp)), type=uefi
1: start=$first, size=$size, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
EOF
mke2fs -q -t ext4 -U "$UUID" -L root -E offset=$((first * 512)),lazy_itable_init=0,lazy_journal_init=0 -d $dir/root $dir/raw $((size / 2))k
grub=/usr/lib/grub
modules="part_gpt part_msdos ext2 fat normal configfile search search_fs_uuid linux gzio serial terminal echo test ls cat loadenv sleep reboot halt"
grub-mkimage -O i386-pc -p "(,gpt1)/boot/grub" -o $dir/core.img biosdisk $modules
grub-mkimage -O x86_64-efi -p "(,gpt1)/boot/grub" -o $dir/bootx64.efi all_video $modules
# Each part of the BIOS loader holds the sector of the next, as 64 bits: boot.img at byte 92, core.img at 500.
dd if=$grub/i386-pc/boot.img of=$dir/raw bs=440 count=1 conv=notrunc status=none
dd if=$dir/core.img of=$dir/raw bs=512 seek=2048 conv=notrunc status=none
printf "\0\10\0\0\0\0\0\0" | dd of=$dir/raw bs=1 seek=92 conv=notrunc status=none # sector 2048
printf "\1\10\0\0\0\0\0\0" | dd of=$dir/raw bs=1 seek=$((2048 * 512 + 500)) conv=notrunc status=none
image=$dir/raw@@$((esp * 512))
mformat -i $image -F -T $((first - esp)) -h 16 -s 63 -H $esp -N 00000001 ::
mmd -i $image ::/EFI ::/EFI/BOOT
mcopy -i $image $dir/bootx64.efi ::/EFI/BOOT/BOOTX64.EFI
qemu-img convert -f raw -O qcow2 $dir/raw $dir/qcow2
cat $dir/qcow2 >&3'

echo "Installing Debian $SUITE from ${BUILD_MIRROR:-$MIRROR}"
set -f
set -- $(for line in $unwanted; do echo "--dpkgopt=$line"; done)
sources "${BUILD_MIRROR:-$MIRROR}" "${BUILD_SECURITY_MIRROR:-$SECURITY_MIRROR}" >"$WORK/debian.sources"
mmdebstrap --mode=auto --variant=minbase --format=null "$@" \
  --aptopt='APT::Install-Recommends "false"' --include="$packages,$KERNEL${PACKAGES:+,$PACKAGES}" \
  --customize-hook="$configure" --customize-hook="$make_disk" \
  "$SUITE" - - <"$WORK/debian.sources" 3>"$OUTPUT"
echo "Wrote $(du -m "$OUTPUT" | cut -f 1) MiB"
