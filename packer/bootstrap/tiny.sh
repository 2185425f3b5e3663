#!/bin/sh
# A disk of Debian's cloud kernel, BusyBox and Dropbear that boots on BIOS and UEFI. Needs no root.
# setting: suite = bookworm
# setting: mirror = http://deb.debian.org/debian
# setting: build_mirror = (build only)
# setting: disk_size = 64M
set -eu
deb=$WORK/deb root=$WORK/root boot=$WORK/initramfs raw=$WORK/disk.raw

echo "Fetching packages of Debian $SUITE"
mmdebstrap --quiet --mode=chrootless --variant=extract \
  --include=busybox-static,dropbear-bin,openssh-sftp-server,linux-image-cloud-amd64 \
  "$SUITE" "$deb" "${BUILD_MIRROR:-$MIRROR}"
kernel=$(basename "$deb"/boot/vmlinuz-*)
version=${kernel#vmlinuz-}

echo "Packing the initramfs"
modules="virtio_pci virtio_blk virtio_net virtio_scsi vmw_pvscsi ata_piix sd_mod sr_mod isofs button evdev" # NVMe is built in
mkdir -p "$boot"/bin "$boot"/dev "$boot"/proc "$boot"/sys "$boot"/root "$boot/lib/modules"
cp "$deb/bin/busybox" "$boot/bin/busybox"
cp -r "$deb/lib/modules/$version" "$boot/lib/modules/"
"$deb/bin/busybox" depmod -b "$boot" "$version"
cat >"$boot/init" <<EOF
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
for module in $modules; do /bin/busybox modprobe \$module; done
until /bin/busybox mount -t ext4 /dev/vda1 /root || /bin/busybox mount -t ext4 /dev/sda1 /root || /bin/busybox mount -t ext4 /dev/nvme0n1p1 /root; do
  /bin/busybox usleep 50000
done 2>/dev/null
for dir in dev proc sys; do /bin/busybox mount -o move /\$dir /root/\$dir; done
exec /bin/busybox switch_root /root /sbin/init
EOF
chmod +x "$boot/init"
# Of all modules only those in use, or unpacking them would be most of the boot.
needed=$(for module in $modules; do grep -E "/$module\.ko:" "$boot/lib/modules/$version/modules.dep" | tr -d :; done | tr ' ' '\n' | sort -u)
(cd "$boot/lib/modules/$version" && find . -name '*.ko' | grep -vxF "$(echo "$needed" | sed 's,^,./,')" | xargs rm)
mkdir -p "$root/boot/grub"
(cd "$boot" && find . | "$deb/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$root/boot/initramfs"

echo "Laying out the root file system"
cp "$deb/boot/$kernel" "$root/boot/vmlinuz"
for dir in bin sbin etc/acpi root dev proc sys run tmp var/log usr/sbin usr/lib; do mkdir -p "$root/$dir"; done
cp "$deb/bin/busybox" "$root/bin/"
for applet in $("$deb/bin/busybox" --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
ln -s ../bin/busybox "$root/sbin/init"
cp "$deb/usr/sbin/dropbear" "$root/usr/sbin/"
cp "$deb/usr/lib/openssh/sftp-server" "$root/usr/lib/"
lib=lib/x86_64-linux-gnu
mkdir -p "$root/lib64" "$root/$lib"
cp "$deb/lib64/ld-linux-x86-64.so.2" "$root/lib64/"
for program in usr/sbin/dropbear usr/lib/openssh/sftp-server; do
  "$deb/lib64/ld-linux-x86-64.so.2" --library-path "$deb/$lib:$deb/usr/$lib" --list "$deb/$program"
done | awk '$3 ~ /^\// { print $3 }' | sort -u | xargs -I{} cp {} "$root/$lib/"
cp "$deb/$lib/libnss_files.so.2" "$root/$lib/"
echo 'root:*:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo tiny >"$root/etc/hostname"
ln -s ../run/resolv.conf "$root/etc/resolv.conf"
ln -s ../run/dropbear "$root/etc/dropbear" # host keys, made at the first login
cat >"$root/etc/os-release" <<'EOF'
ID=tiny
ID_LIKE=debian
VERSION_ID=12
PRETTY_NAME="Tiny, of Debian 12 packages"
EOF
cat >"$root/etc/inittab" <<'EOF'
::sysinit:/etc/rc
::respawn:/usr/sbin/dropbear -F -E -R -s
::respawn:/bin/acpid -f -l /dev/null
::shutdown:/bin/umount -a -r
EOF
cat >"$root/etc/rc" <<'EOF'
#!/bin/sh
# All that belongs to one machine lives in memory, so a build or a first boot leaves nothing of it on the disk.
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=700 root /root
mkdir -p /dev/pts /dev/shm /run/dropbear /run/seed /root/.ssh
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
hostname -F /etc/hostname
for seed in /dev/sr* /dev/vd?; do
  mount -t iso9660 -o ro "$seed" /run/seed || continue
  grep -oE 'ssh-(ed25519|rsa) [A-Za-z0-9+/=]+' /run/seed/user-data >>/root/.ssh/authorized_keys
  umount /run/seed
done 2>/dev/null
ip link set lo up
ip link set eth0 up
udhcpc -i eth0 -n -q -t 8 -T 1 -s /etc/udhcpc.sh
echo "tiny is up after $(cut -d ' ' -f 1 /proc/uptime) s" >/dev/console
EOF
cat >"$root/etc/udhcpc.sh" <<'EOF'
#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr add "$ip/${mask:-24}" dev "$interface"
[ -z "$router" ] || ip route add default via "${router%% *}"
for server in $dns; do echo "nameserver $server"; done >/etc/resolv.conf
EOF
mkdir "$root/etc/acpi/PWRF"
printf '#!/bin/sh\npoweroff\n' >"$root/etc/acpi/PWRF/00000080" # the power button
chmod +x "$root/etc/rc" "$root/etc/udhcpc.sh" "$root/etc/acpi/PWRF/00000080"
cat >"$root/boot/grub/grub.cfg" <<'EOF'
linux /boot/vmlinuz console=ttyS0 quiet mitigations=off random.trust_cpu=on net.ifnames=0 panic=5
initrd /boot/initramfs
boot
EOF

echo "Writing the disk"
# 14: rest of the BIOS boot loader, 15: the UEFI one, 1: root, last on the disk so that it may grow.
esp=4096 first=8192 # sectors
truncate -s "$DISK_SIZE" "$raw"
size=$(($(stat -c %s "$raw") / 512 - first - 2048)) # the last MiB holds the copy of the table
sfdisk --quiet --label gpt "$raw" <<EOF
14: start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649
15: start=$esp, size=$((first - esp)), type=uefi
1: start=$first, size=$size, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
EOF
mke2fs -q -t ext4 -m 0 -E offset=$((first * 512)),root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0 -d "$root" "$raw" $((size / 2))k
grub=/usr/lib/grub modules="part_gpt ext2 normal linux"
grub-mkimage -O i386-pc -p '(,gpt1)/boot/grub' -o "$WORK/core.img" biosdisk $modules
grub-mkimage -O x86_64-efi -p '(,gpt1)/boot/grub' -o "$WORK/bootx64.efi" all_video $modules
# Each part of the BIOS loader holds the sector of the next, as 64 bits: boot.img at byte 92, core.img at 500.
dd if=$grub/i386-pc/boot.img of="$raw" bs=440 count=1 conv=notrunc status=none
dd if="$WORK/core.img" of="$raw" bs=512 seek=2048 conv=notrunc status=none
printf '\0\10\0\0\0\0\0\0' | dd of="$raw" bs=1 seek=92 conv=notrunc status=none # sector 2048
printf '\1\10\0\0\0\0\0\0' | dd of="$raw" bs=1 seek=$((2048 * 512 + 500)) conv=notrunc status=none
esp=$raw@@$((esp * 512))
mformat -i "$esp" -T 4096 -h 16 -s 63 -H 4096 -N 00000001 ::
mmd -i "$esp" ::/EFI ::/EFI/BOOT
mcopy -i "$esp" "$WORK/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
qemu-img convert -f raw -O qcow2 "$raw" "$OUTPUT"
