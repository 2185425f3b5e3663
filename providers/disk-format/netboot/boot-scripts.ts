import { releaseName, type ReleaseId } from "#model/release";
import type { LiveSystem } from "#providers/disk-format/netboot/boot-files";

export const rootName = "filesystem.squashfs";

const console = "console=tty0 console=ttyS0,115200";

/** The kernel's command line that finds the root file system at an address. */
function commandLine(live: LiveSystem, root: string): string {
  return live === "live-boot" ? `boot=live ip=dhcp fetch=${root} ${console}` : `root=live:${root} ip=dhcp rd.live.image rd.live.overlay.overlayfs=1 ${console}`;
}

/** For iPXE. The script finds the kit beside itself, or at `base`; an iPXE from before 2020 does not know its own address. */
export function ipxeScript(id: ReleaseId, live: LiveSystem): string {
  return `#!ipxe
# ${releaseName(id)}: chain this script by HTTP from where the kit was unpacked, or set base to that place, with a slash at its end.
isset \${base} || set base \${cwduri}
isset \${base} || goto lost
kernel \${base}vmlinuz initrd=initrd ${commandLine(live, `\${base}${rootName}`)}
initrd --name initrd \${base}initrd
boot
:lost
echo This iPXE does not know where it is: set base http://SERVER/DIRECTORY/ before this script
exit 1
`;
}

/** For PXELINUX, whose kernel and initrd come by TFTP. The root file system always comes by HTTP. */
export function pxelinuxConfig(id: ReleaseId, live: LiveSystem): string {
  return `# ${releaseName(id)}: put the kit's address in the place of 192.0.2.1. A number is safest: the initrd may not know names.
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  INITRD initrd
  APPEND ${commandLine(live, `http://192.0.2.1/${rootName}`)}
`;
}
