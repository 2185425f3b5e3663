#!/bin/sh
# An installer to try the `iso` source with, where the full one cannot be had: Debian's netboot kernel and initrd on an ISO, and
# what its answer file fetches over HTTP (install.sh, tools.tar.gz, root.tar.gz). Needs no root.
#
#   PACKER=packer OUTPUT=dir WORK=dir sh make-iso.sh
#
# writes OUTPUT/netboot.iso and OUTPUT/http/. The system that it installs is the tiny OS.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
SUITE=${SUITE:-bookworm} MIRROR=${MIRROR:-http://deb.debian.org/debian}
deb=$WORK/deb tools=$WORK/tools iso=$WORK/iso http=$OUTPUT/http lib=lib/x86_64-linux-gnu
mkdir -p "$WORK/tiny" "$tools/sbin" "$tools/lib64" "$tools/$lib" "$iso" "$http"

WORK=$WORK/tiny OUTPUT=$WORK/tiny.qcow2 SUITE=$SUITE MIRROR=$MIRROR BUILD_MIRROR='' DISK_SIZE=64M sh "$PACKER/bootstrap/tiny.sh"
mmdebstrap --quiet --mode=chrootless --variant=extract \
  --include=debian-installer-12-netboot-amd64,linux-image-amd64,isolinux,syslinux-common,fdisk,e2fsprogs "$SUITE" "$deb" "$MIRROR"

# The installer's initrd has no disk driver, no sfdisk, no mke2fs: those come from the mirror in a real installation.
find "$deb/lib/modules" -name virtio_blk.ko -exec cp {} "$tools/" \;
cp "$deb/lib64/ld-linux-x86-64.so.2" "$tools/lib64/"
for program in sfdisk mke2fs; do
  cp "$deb/sbin/$program" "$tools/sbin/"
  "$deb/lib64/ld-linux-x86-64.so.2" --library-path "$deb/$lib:$deb/usr/$lib" --list "$deb/sbin/$program"
done | awk '$3 ~ /^\// { print $3 }' | sort -u | xargs -I{} cp {} "$tools/$lib/"
cp /usr/lib/grub/i386-pc/boot.img "$tools/"
grub-mkimage -O i386-pc -p '(,msdos1)/boot/grub' -o "$tools/core.img" biosdisk part_msdos ext2 normal linux
tar -C "$tools" -czf "$http/tools.tar.gz" .
tar -C "$WORK/tiny/root" --owner=0 --group=0 --numeric-owner -czf "$http/root.tar.gz" .
cp "$here/http/netboot/preseed.cfg" "$here/http/netboot/install.sh" "$http/"

boot=$deb/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64
cp "$boot/linux" "$boot/initrd.gz" "$deb/usr/lib/ISOLINUX/isolinux.bin" "$deb/usr/lib/syslinux/modules/bios/ldlinux.c32" "$iso/"
cat >"$iso/isolinux.cfg" <<'EOF'
prompt 1
timeout 0
label auto
  kernel linux
  append initrd=initrd.gz auto=true priority=critical console=ttyS0 ---
EOF
xorriso -as mkisofs -quiet -o "$OUTPUT/netboot.iso" -V NETBOOT -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$iso"
