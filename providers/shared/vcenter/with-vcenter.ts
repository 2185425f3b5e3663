import { openVcenter } from "#providers/shared/vcenter/open-vcenter";
import type { VcenterAddress } from "#providers/shared/vcenter/address";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

interface Shared {
  readonly client: Promise<VcenterClient>;
  users: number;
}

const open = new Map<string, Shared>();

/** Does work on a vCenter within a session, which all work on it at the time shares, and which ends with the last. */
export async function withVcenter<T>(address: VcenterAddress, work: (client: VcenterClient) => Promise<T>): Promise<T> {
  const { site, vcenter, server, credentials, thumbprint } = address;
  const key = JSON.stringify([site, vcenter, server, credentials, thumbprint]);
  const shared = open.get(key) ?? { client: openVcenter(address), users: 0 };
  open.set(key, shared);
  shared.users++;
  try {
    return await work(await shared.client);
  } finally {
    if (--shared.users === 0) {
      open.delete(key);
      await shared.client.then((client) => client.close(), () => undefined);
    }
  }
}
