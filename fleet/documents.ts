import { ownerOf, type Owner } from "#model/owner";
import type { PublicationDocument } from "#model/publication";
import type { RevocationDocument } from "#model/revoked";
import type { DocumentName, Store } from "#store/store";
import type { ChannelDocument } from "#providers/channel-flip/document";

/** What the store says of channels, revocations and publications. */
export interface Documents {
  /** Channels of this stack. */
  readonly pointed: readonly ChannelDocument[];
  /** Channels of other stacks. */
  readonly others: readonly ChannelDocument[];
  /** Of every stack. */
  readonly revocations: readonly RevocationDocument[];
  /** Of this stack. */
  readonly publications: readonly PublicationDocument[];
}

/** Reads the documents that concern a stack. */
export async function readDocuments(store: Store, owner: Owner): Promise<Documents> {
  const [channels, revocations, publications] = await Promise.all([
    all<ChannelDocument>(store, "channels"), all<RevocationDocument>(store, "revocations"), all<PublicationDocument>(store, `publications/${owner.project}/${owner.stack}`),
  ]);
  const { own = [], others = [] } = Object.groupBy(channels, (document) => (document.stack === ownerOf(owner) ? "own" : "others"));
  return { pointed: own, others, revocations, publications };
}

/** One that another stack removes meanwhile is none. */
async function all<T>(store: Store, below: Parameters<Store["documents"]>[0]): Promise<T[]> {
  const names: readonly DocumentName[] = await store.documents(below);
  return (await Promise.all(names.map((name) => store.document<T>(name)))).filter((document) => document !== undefined);
}
