import { create } from "xmlbuilder2";
import type { GuestOs } from "#providers/disk-format/ovf/guest-os";

/** What an OVF descriptor says of a virtual machine with one disk. */
export interface Appliance {
  /** Name of the machine, such as `debian-12-2026.1101.1`. */
  readonly name: string;
  /** `vmx-15`, or `virtualbox-2.2`. */
  readonly system: string;
  readonly guest: GuestOs;
  readonly firmware: "bios" | "efi";
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly disk: ApplianceDisk;
  readonly controller: Controller;
  /** `VmxNet3`, or `VirtioNet`. */
  readonly network: string;
}

export interface ApplianceDisk {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  readonly virtualBytes: number;
  readonly populatedBytes: number;
}

export type Controller = "VirtualSCSI" | "PIIX4";

/** Resource types of CIM_ResourceAllocationSettingData. */
const resource = { cpu: 3, memory: 4, ide: 5, scsi: 6, network: 10, disk: 17 } as const;
const networkName = "VM Network";

const namespaces = {
  "@xmlns": "http://schemas.dmtf.org/ovf/envelope/1",
  "@xmlns:ovf": "http://schemas.dmtf.org/ovf/envelope/1",
  "@xmlns:rasd": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData",
  "@xmlns:vssd": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData",
  "@xmlns:vmw": "http://www.vmware.com/schema/ovf",
};

/** An OVF 1.1 envelope: VMware's additions are marked as not required, so that other readers pass over them. */
export function ovfEnvelope(appliance: Appliance): string {
  const { name, guest, disk } = appliance;
  const envelope = {
    ...namespaces,
    References: { File: { "@ovf:href": disk.file, "@ovf:id": "file1", "@ovf:size": disk.bytes } },
    DiskSection: {
      Info: "The disk of the machine",
      Disk: {
        "@ovf:capacity": disk.virtualBytes, "@ovf:capacityAllocationUnits": "byte", "@ovf:diskId": "vmdisk1", "@ovf:fileRef": "file1",
        "@ovf:format": "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized", "@ovf:populatedSize": disk.populatedBytes,
      },
    },
    NetworkSection: { Info: "The network that the machine is on", Network: { "@ovf:name": networkName, Description: "Any network with DHCP" } },
    VirtualSystem: {
      "@ovf:id": name,
      Info: "A virtual machine",
      Name: name,
      OperatingSystemSection: { "@ovf:id": guest.cim, "@vmw:osType": guest.vmware, Info: "The operating system of the machine", Description: guest.description },
      VirtualHardwareSection: hardwareSection(appliance),
    },
  };
  return `${create({ version: "1.0", encoding: "UTF-8" }, { Envelope: envelope }).end({ prettyPrint: true })}\n`;
}

function hardwareSection({ name, system, firmware, cpus, memoryMiB, controller, network }: Appliance): object {
  const controllerType = controller === "PIIX4" ? resource.ide : resource.scsi;
  return {
    Info: "The hardware of the machine",
    System: { "vssd:ElementName": "Virtual Hardware Family", "vssd:InstanceID": 0, "vssd:VirtualSystemIdentifier": name, "vssd:VirtualSystemType": system },
    Item: [
      item({ InstanceID: 1, ResourceType: resource.cpu, ElementName: `${cpus} virtual CPU(s)`, AllocationUnits: "hertz * 10^6", VirtualQuantity: cpus }),
      item({ InstanceID: 2, ResourceType: resource.memory, ElementName: `${memoryMiB}MB of memory`, AllocationUnits: "byte * 2^20", VirtualQuantity: memoryMiB }),
      item({ InstanceID: 3, ResourceType: controllerType, ResourceSubType: controller, ElementName: "Disk controller 0", Address: 0 }),
      item({ InstanceID: 4, ResourceType: resource.disk, ElementName: "Hard disk 1", HostResource: "ovf:/disk/vmdisk1", Parent: 3, AddressOnParent: 0 }),
      item({ InstanceID: 5, ResourceType: resource.network, ResourceSubType: network, ElementName: "Ethernet 1", Connection: networkName, AddressOnParent: 7, AutomaticAllocation: true }),
    ],
    "vmw:Config": { "@ovf:required": false, "@vmw:key": "firmware", "@vmw:value": firmware },
  };
}

/** The schema wants the settings of an item in alphabetical order. */
function item(settings: Readonly<Record<string, string | number | boolean>>): object {
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [`rasd:${name}`, value]));
}
