import type { VcenterAddress } from "#providers/shared/vcenter/address";
import type { Vcsim } from "../../../servers/vcsim.ts";

/** A simulated vCenter as the configuration would have it. */
export function addressOf(vcsim: Vcsim, name: string): VcenterAddress & { readonly thumbprint: string } {
  const { server, credentials, thumbprint } = vcsim.vcenter(name);
  return { site: "corp", vcenter: name, server, credentials, thumbprint };
}
