import type { Vcenter } from "#model/config/sites/vsphere";

/** How a vCenter is reached, as our own resources keep it: no secret is among it. */
export function addressOf({ name, server, credentials, thumbprint }: Vcenter) {
  return { vcenter: name, server, credentials, ...(thumbprint !== undefined && { thumbprint }) };
}
