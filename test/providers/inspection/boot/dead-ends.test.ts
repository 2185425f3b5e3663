import { expect, test } from "vitest";
import { deadEnd } from "#providers/inspection/boot/dead-ends";

test.for([
  ["Boot failed: could not read the boot disk\r\n\r\nNo bootable device.  Retrying in 60 seconds.\r\n", "the firmware found nothing to boot on the disk"],
  ["\u001b[2J\u001b[01;01HBdsDxe: No bootable option or device was found.\r\n", "the firmware found nothing to boot on the disk"],
  ["startup.nsh or any other key\r\n\u001b[08;01H\u001b[1m\u001b[33m\u001b[40mShell> \u001b[0m", "the firmware found nothing to boot on the disk"],
  ["GRUB loading..\nerror: no such partition.\nEntering rescue mode...\ngrub rescue> ", "the boot loader does not find its files"],
  ["[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n", "the kernel panicked"],
  ["ALERT!  UUID=ab-12 does not exist.  Dropping to a shell!\n", "the kernel does not see the disk with the root file system: its initramfs lacks a driver for this bus"],
  ["You are in emergency mode. After logging in, type \"journalctl -xb\"\n", "the system entered its emergency mode"],
])("a console that says %j will say no more", ([console, reason]) => {
  expect(deadEnd(console!)).toBe(reason);
});

test("a console that only reports, as every healthy boot does, is waited for", () => {
  const healthy = 'SeaBIOS (version 1.16.2)\nBooting from Hard Disk...\nGRUB loading...\nWelcome to GRUB!\n[    0.0] Kernel command line: quiet panic=5\nBdsDxe: loading Boot0001 "UEFI Misc Device"\ndebian login: ';
  expect(deadEnd(healthy)).toBeUndefined();
  expect(deadEnd("")).toBeUndefined();
});
