import type { VcenterAddress, VcenterPlace } from "#providers/shared/vcenter/address";

/** What a SubscribedLibrary resource is asked to keep on a vCenter. */
export interface SubscribedInputs extends VcenterAddress {
  readonly site: string;
  /** Its name. */
  readonly library: string;
  /** Marks it as the stack's own: nobody else's is ever touched. */
  readonly description: string;
  /** Where it is made: a library stays where it is. */
  readonly datacenter: string;
  readonly datastore: string;
  /** `immediate`: every file is copied. `on-demand`: disks are fetched when an item is first deployed. */
  readonly download: "immediate" | "on-demand";
  /** Address of the publisher's library, as its vCenter tells it. */
  readonly subscriptionUrl: string;
  /** Whose certificate is to be trusted, where it is pinned. */
  readonly publisher: Omit<VcenterPlace, "site">;
}

/** What the state keeps. */
export interface SubscribedOutputs extends SubscribedInputs {
  readonly libraryId: string;
  /** SHA-1 fingerprint of the publisher's pinned certificate, as a vCenter wants it: `AB:CD:...`. */
  readonly sslThumbprint?: string;
  /** `correct`, or what a refresh found: `incorrect: ...` or `unreachable: ...`. */
  readonly state: string;
}
