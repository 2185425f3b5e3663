/** What firmware, boot loader, kernel and initramfs say when nothing can come any more, and what it means. */
const deadEnds: readonly (readonly [RegExp, string])[] = [
  [/^No bootable device/m, "the firmware found nothing to boot on the disk"],
  [/^BdsDxe: No bootable option or device was found|^.{0,40}Shell> /m, "the firmware found nothing to boot on the disk"],
  [/^(?:error: .*\s+)?(?:Entering rescue mode|grub rescue>)/m, "the boot loader does not find its files"],
  [/Kernel panic - not syncing: ?[^\n]*/, "the kernel panicked"],
  [/ALERT! {1,2}[^\n]* does not exist\. {1,2}Dropping to a shell!/, "the kernel does not see the disk with the root file system: its initramfs lacks a driver for this bus"],
  [/(?:Entering emergency mode|You are in emergency mode)/, "the system entered its emergency mode"],
];

/** Why a guest with this on its console will never let anybody in. undefined: it still may. */
export function deadEnd(console: string): string | undefined {
  const text = console.replace(/\u001b\[[0-9;?=]*[A-Za-z]|\r/g, "");
  return deadEnds.find(([pattern]) => pattern.test(text))?.[1];
}
