import { FleetError } from "#model/errors";
import type { LibraryItem } from "#providers/shared/vcenter/library";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import type { LibraryAddress } from "#providers/library-sync/inputs";
import { SharedListing } from "#providers/library-sync/shared-listing";

/** Milliseconds for which the subscribers of a publisher believe one listing of it. */
const lifetime = 5_000;

/** A library that is not there any more, which a look at it tells apart from a vCenter that does not answer. */
export class LibraryGone extends FleetError {}

/** Everything in a library, with its files. @throws LibraryGone */
export async function listLibrary(client: Pick<VcenterClient, "library" | "itemsWithFiles" | "where">, libraryId: string): Promise<LibraryItem[]> {
  if (await client.library(libraryId)) return client.itemsWithFiles(libraryId);
  throw new LibraryGone({ action: `list content library ${libraryId}`, place: client.where, cause: "there is no such library", hint: "npm run up, without --no-refresh, makes it again" });
}

/** What publishers hold: shared by their subscribers. */
export class Publishers {
  private readonly listings = new SharedListing<LibraryItem[]>(lifetime);

  /** @throws FleetError where the publisher does not answer or has no such library. */
  list(publisher: LibraryAddress): Promise<LibraryItem[]> {
    return this.listings.get(JSON.stringify(publisher), () => withVcenter(publisher, (client) => listLibrary(client, publisher.libraryId)));
  }

  /** For whoever changed what a publisher holds. */
  forget(): void {
    this.listings.forget();
  }
}
