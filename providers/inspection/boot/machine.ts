import type { DiskBus } from "#model/gates";
import type { Firmware } from "#model/release";
import type { FlashImage } from "#providers/inspection/boot/uefi-firmware";

/**
 * The configured buses, and those that only certain products have, for trying formats: VMware's paravirtual SCSI, which
 * few UEFI firmwares of QEMU can boot from, and IDE as VirtualBox has it.
 */
export type GuestBus = DiskBus | "pvscsi" | "ide";

/** A virtual machine as QEMU's arguments describe it; file names are relative to the directory that it runs in. */
export interface Machine {
  readonly firmware: Firmware;
  readonly bus: GuestBus;
  readonly accelerator: "kvm" | "tcg";
  readonly cpus: number;
  readonly memoryMiB: number;
  /** May it reach the host (at 10.0.2.2) and what the host reaches? Else it can only be reached. */
  readonly reachHost: boolean;
  /** UEFI only: the code, and this guest's own variables. */
  readonly flash?: { readonly code: FlashImage; readonly variables: FlashImage };
}

export const machineFiles = { disk: "overlay.qcow2", seed: "seed.iso", monitor: "monitor.sock" };

/**
 * How a disk hangs on each bus. `scsi` is virtio-scsi, what Google Compute Engine and OpenStack give; `sata` is AHCI, which Debian's
 * cloud kernel, for one, has no driver for.
 */
const controllers: Readonly<Record<GuestBus, readonly string[]>> = {
  virtio: ["virtio-blk-pci"],
  scsi: ["virtio-scsi-pci", "scsi-hd"],
  pvscsi: ["pvscsi", "scsi-hd"],
  sata: ["ich9-ahci,id=ahci", "ide-hd,bus=ahci.0"],
  ide: ["ide-hd,bus=ide.0"],
  nvme: ["nvme,serial=disk"],
};

export function machineArguments(machine: Machine, serialLog: string): string[] {
  const { firmware, bus, accelerator, cpus, memoryMiB, reachHost, flash } = machine;
  // The older board is the one with IDE. `graphics=off` lets SeaBIOS speak on the serial console; there is a screen all the same.
  const board = firmware === "uefi" && bus !== "ide" ? "q35,smm=off" : "pc";
  const path = controllers[bus];
  const disk = path.map((device, index) => (index === path.length - 1 ? `${device},drive=disk,bootindex=0` : device));
  const network = `user,id=network,restrict=${reachHost ? "off" : "on"},hostfwd=tcp:127.0.0.1:0-:22`;
  return [
    "-nodefaults", "-no-user-config", "-display", "none", "-machine", `${board},graphics=off`, "-accel", accelerator === "tcg" ? "tcg,thread=multi" : "kvm", "-cpu", "max",
    "-smp", String(cpus), "-m", String(memoryMiB), "-serial", `file:${serialLog}`, "-qmp", `unix:${machineFiles.monitor},server=on,wait=off`,
    ...(flash ? ["-blockdev", flashDrive("code", flash.code, true), "-blockdev", flashDrive("variables", flash.variables, false), "-machine", "pflash0=code,pflash1=variables"] : []),
    "-blockdev", json({ "node-name": "disk", driver: "qcow2", discard: "unmap", cache: { "no-flush": true }, file: { driver: "file", filename: machineFiles.disk } }),
    "-blockdev", json({ "node-name": "seed", driver: "raw", "read-only": true, file: { driver: "file", filename: machineFiles.seed } }),
    ...disk.flatMap((device) => ["-device", device]),
    // Far slots, so that nothing else moves with the bus. No network boot: it would only delay the fault.
    "-device", "virtio-blk-pci,drive=seed,addr=0x10", "-device", "VGA,addr=0x11", "-netdev", network, "-device", "virtio-net-pci,netdev=network,addr=0x12,romfile=",
  ];
}

function flashDrive(name: string, { filename, format }: FlashImage, readOnly: boolean): string {
  return json({ "node-name": name, driver: format, "read-only": readOnly, file: { driver: "file", filename } });
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
