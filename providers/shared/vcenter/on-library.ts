import type { Vcenter } from "#model/config/sites/vsphere";
import type { LibraryItem } from "#providers/shared/vcenter/library";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";

/** Work on the content library of one of a site's vCenters, with what it holds; without an id where there is no such library. */
export function onLibrary<T>(site: string, { name, server, credentials, thumbprint, library }: Vcenter, work: (client: VcenterClient, items: LibraryItem[], libraryId?: string) => Promise<T>): Promise<T> {
  return withVcenter({ site, vcenter: name, server, credentials, ...(thumbprint !== undefined && { thumbprint }) }, async (client) => {
    const found = await client.findLibrary(library);
    return found ? work(client, await client.itemsWithFiles(found.id), found.id) : work(client, []);
  });
}
