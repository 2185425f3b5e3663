import type { Vcsim } from "./vcsim.ts";
import type { VcsimAdmin } from "./vcsim-admin.ts";

/** A descriptor that a simulated vCenter deploys: a VM without disks. */
export function descriptor(name: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
  <References/>
  <VirtualSystem ovf:id="${name}">
    <Info>A virtual machine</Info>
    <Name>${name}</Name>
    <OperatingSystemSection ovf:id="101"><Info>The guest</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <System><vssd:ElementName>Hardware</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
      <Item><rasd:ElementName>1 CPU</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
      <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:ElementName>32 MB</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>32</rasd:VirtualQuantity></Item>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

/** Sends a whole item, a descriptor and a file of data, to a library behind everybody's back. @returns its id */
export async function uploadItem(vcsim: Vcsim, vcenter: string, libraryId: string, name: string): Promise<string> {
  const item = await vcsim.createItem(vcenter, libraryId, name);
  const session = await vcsim.rest<string>(vcenter, "POST", "com/vmware/content/library/item/update-session", { create_spec: { library_item_id: item } });
  for (const [file, content] of Object.entries({ [`${name}.ovf`]: descriptor(name), [`${name}.iso`]: `data of ${name}` })) {
    const added = await vcsim.rest<{ upload_endpoint: { uri: string } }>(vcenter, "POST", `com/vmware/content/library/item/updatesession/file/id:${session}?~action=add`, { file_spec: { name: file, source_type: "PUSH" } });
    await put(vcsim, vcenter, added.upload_endpoint.uri, content);
  }
  await vcsim.rest(vcenter, "POST", `com/vmware/content/library/item/update-session/id:${session}?~action=complete`);
  return item;
}

async function put(vcsim: Vcsim, vcenter: string, endpoint: string, content: string): Promise<void> {
  const { url } = vcsim as unknown as VcsimAdmin;
  const response = await fetch(`${url}/${vcenter}${new URL(endpoint).pathname}`, { method: "PUT", body: content });
  if (!response.ok) throw new Error(`vcsim: PUT ${endpoint}: ${response.status} ${await response.text()}`);
}
