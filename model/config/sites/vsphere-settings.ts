import { z } from "zod";
import { described } from "#model/config/expectation";
import { download, inheritedSettings, ownSettings } from "#model/config/sites/vcenter-settings";
import { list, name, someOf, text, truth, whole } from "#model/config/values";
import { parseFormat } from "#model/format";

const inherited = z.object({ ...inheritedSettings, download }).partial().shape;

const subscriber = described(z.strictObject({ ...ownSettings, ...inherited }), "a map of the vCenter's settings");

const ova = described(
  z.string().refine((value) => parseFormat(value)?.kind === "ova").meta({ pattern: String.raw`^ova(-vmx-[1-9]\d?(-sha(1|256))?)?$` }),
  "ova, or an OVA for older readers: ova-vmx-10-sha1, with a hardware version from 8 to 22 and sha1 or sha256",
  ["ova"],
);

const publisher = described(z.strictObject({
  ...ownSettings,
  format: ova.optional().meta({ description: "OVA that this generation of vCenters reads. See [formats](#formats).", default: "ova" }),
  ...inherited,
  subscribers: list(subscriber, "vCenters, each with its name and server").optional().meta({ description: "vCenters that pull from this one." }),
}), "a map of the vCenter's settings");

const testDeploy = described(z.strictObject({
  vcenter: name.meta({ description: "Name of a vCenter of the site." }),
  resourcePool: text.meta({ description: "Name or inventory path of the resource pool." }),
  folder: text.optional().meta({ description: "Name or inventory path of the VM's folder." }),
  host: text.optional().meta({ description: "Host that the VM runs on." }),
  datastore: text.optional().meta({ description: "Datastore of the VM. Default: that of the library." }),
  network: text.optional().meta({ description: "Network that the VM is on." }),
  timeout: whole(1, 240, "minutes").optional().meta({ description: "Longest time from power-on to tools and address.", default: 15 }),
  keep: truth.optional().meta({ description: "Keep the VM, whatever comes out, to be looked at.", default: false }),
}), "a map of vcenter, resourcePool and more");

/** What a boundary consists of, as users write it. */
export const vsphereSettings = {
  publishers: someOf(publisher, "vCenters, each with its name and server").meta({ description: "vCenters that OVAs are sent to: one for each generation of vCenters in the boundary." }),
  ...inheritedSettings,
  download,
  testDeploy: testDeploy.meta({ description: "Deploy each new item here as a VM, check it and delete it." }),
};

export type PublisherInput = z.output<typeof publisher>;
export type SubscriberInput = z.output<typeof subscriber>;
