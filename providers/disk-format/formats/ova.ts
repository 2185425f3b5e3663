import { createHash } from "node:crypto";
import { join } from "node:path";
import { defaultHardware } from "#model/format";
import type { Firmware } from "#model/release";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import type { Appliance } from "#providers/disk-format/ovf/envelope";
import { guestOs } from "#providers/disk-format/ovf/guest-os";
import { manifestBytes, ovfManifest } from "#providers/disk-format/ovf/manifest";
import { ovfFile, ovfRoom } from "#providers/disk-format/ovf/ovf-file";
import { writeApplianceTar } from "#providers/disk-format/tar/appliance-tar";
import { writeStreamOptimized } from "#providers/disk-format/vmdk/stream-optimized";

/** A machine to start with; whoever deploys it gives it what it needs. */
const size = { cpus: 2, memoryMiB: 2048 };
/** vSphere 6.7: the first that recommends EFI for Linux, and deploys it from a library. */
const efiHardware = 14;

/** A virtual machine for vSphere, as one file: descriptor, manifest and stream-optimized disk in a tar. */
export const ova: FormatWriter = {
  kind: "ova",
  needs: ["qemu-img"],
  async write(job) {
    const { hardware = defaultHardware, manifest = "sha256" } = job.format;
    const appliance = applianceOf(job, hardware);
    const files = { ovf: `${appliance.name}.ovf`, mf: `${appliance.name}.mf`, disk: `${appliance.name}-disk1.vmdk` };
    const { offset, bytes, result } = await writeApplianceTar({
      path: join(job.dir, job.artifact),
      leading: [{ name: files.ovf, bytes: ovfRoom(appliance, files.disk) }, { name: files.mf, bytes: manifestBytes(manifest, [files.ovf, files.disk]) }],
      disk: files.disk,
      hash: createHash(manifest),
      writeDisk: (output) => writeStreamOptimized(output, {
        map: job.map, name: files.disk, adapter: "lsilogic", hardware, source: job.build.disk.sha256, signal: job.signal,
        onProgress: (part) => job.progress.say(`${job.progress.step}, ${Math.floor(part * 100)} %`),
      }),
      describe(disk, output) {
        const ovf = ovfFile(appliance, { file: files.disk, bytes: output.bytes, ...disk });
        const digests = [{ name: files.ovf, digest: createHash(manifest).update(ovf).digest("hex") }, { name: files.disk, digest: output.digest() }];
        return [ovf, ovfManifest(manifest, digests)];
      },
    });
    return {
      readable: { kind: "disk", driver: "vmdk", offset, bytes },
      facts: { virtualBytes: result.virtualBytes, hardware: appliance.system, manifest, guestOs: appliance.guest.vmware, firmware: appliance.firmware },
    };
  },
};

/**
 * Paravirtual disk and network, which every kernel since 2.6.33 drives and which are all that Debian's cloud kernel has for
 * VMware: it knows neither LSI Logic nor E1000.
 */
function applianceOf({ image, version, build }: FormatJob, hardware: number): Omit<Appliance, "disk"> {
  return {
    name: `${image}-${version}`, system: `vmx-${hardware}`, guest: guestOs(build.os, hardware), firmware: firmwareOf(build.os?.firmware ?? ["bios"], hardware),
    ...size, controller: "VirtualSCSI", network: "VmxNet3",
  };
}

function firmwareOf(boots: readonly Firmware[], hardware: number): "bios" | "efi" {
  if (!boots.includes("uefi")) return "bios";
  return boots.includes("bios") && hardware < efiHardware ? "bios" : "efi";
}
