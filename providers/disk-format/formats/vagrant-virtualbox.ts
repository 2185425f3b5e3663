import { join } from "node:path";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import type { Appliance } from "#providers/disk-format/ovf/envelope";
import { guestOs } from "#providers/disk-format/ovf/guest-os";
import { ovfFile, ovfRoom } from "#providers/disk-format/ovf/ovf-file";
import { writeApplianceTar } from "#providers/disk-format/tar/appliance-tar";
import { vagrantfile } from "#providers/disk-format/vagrant/vagrantfile";
import { writeStreamOptimized } from "#providers/disk-format/vmdk/stream-optimized";

const diskName = "box-disk001.vmdk";
const metadata = Buffer.from(`${JSON.stringify({ provider: "virtualbox" })}\n`);
/** Hardware version of the disk's descriptor: VirtualBox's own exports have none. */
const hardware = 10;

/** A Vagrant box for VirtualBox. Its tar is not compressed again: its disk is, and Vagrant takes both. */
export const vagrantVirtualbox: FormatWriter = {
  kind: "vagrant-virtualbox",
  needs: ["qemu-img"],
  async write(job) {
    const appliance = applianceOf(job);
    const ownVagrantfile = Buffer.from(vagrantfile("virtualbox", settingsOf(appliance)));
    const { offset, bytes, result } = await writeApplianceTar({
      path: join(job.dir, job.artifact),
      leading: [{ name: "metadata.json", bytes: metadata.length }, { name: "Vagrantfile", bytes: ownVagrantfile.length }, { name: "box.ovf", bytes: ovfRoom(appliance, diskName) }],
      disk: diskName,
      writeDisk: (output) => writeStreamOptimized(output, {
        map: job.map, name: diskName, adapter: "ide", hardware, source: job.build.disk.sha256, signal: job.signal,
        onProgress: (part) => job.progress.say(`${job.progress.step}, ${Math.floor(part * 100)} %`),
      }),
      describe: (disk, output) => [metadata, ownVagrantfile, ovfFile(appliance, { file: diskName, bytes: output.bytes, ...disk })],
    });
    return { readable: { kind: "disk", driver: "vmdk", offset, bytes }, facts: { virtualBytes: result.virtualBytes, provider: "virtualbox" } };
  },
};

/**
 * An IDE disk and a virtio network: of what VirtualBox offers, Debian's cloud kernel drives just these, and every other
 * kernel does too.
 */
function applianceOf({ image, version, build }: FormatJob): Omit<Appliance, "disk"> {
  const bios = build.os?.firmware?.includes("bios") ?? true;
  return {
    name: `${image}-${version}`, system: "virtualbox-2.2", guest: guestOs(build.os, hardware), firmware: bios ? "bios" : "efi",
    cpus: 1, memoryMiB: 1024, controller: "PIIX4", network: "VirtioNet",
  };
}

/** What VirtualBox does not read from an OVF, or maps to something else in some of its versions. */
function settingsOf({ firmware }: Omit<Appliance, "disk">): string[] {
  return [
    'customize ["modifyvm", :id, "--nictype1", "virtio"]',
    'customize ["modifyvm", :id, "--uart1", "0x3F8", "4", "--uartmode1", "disconnected"]',
    ...(firmware === "efi" ? ['customize ["modifyvm", :id, "--firmware", "efi64"]'] : []),
  ];
}
