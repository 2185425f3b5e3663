import type { LibraryItem } from "#providers/shared/vcenter/library";
import { isWhole, itemFault, type Download } from "#providers/library-sync/compare-items";

/** One way in which a subscriber's library is not what it should be. */
export interface Difference {
  readonly kind: "incorrect" | "missing" | "unexpected";
  /** Of the item. */
  readonly name: string;
  readonly why?: string;
  /** `publisher`: no sync helps. `library`: a sync of the whole library does. Else the id of the one item to be synced. */
  readonly remedy: "publisher" | "library" | { readonly item: string };
}

export interface Libraries {
  /** Names of the items that the publisher must hold. */
  readonly expected: readonly string[];
  readonly published: readonly LibraryItem[];
  readonly subscribed: readonly LibraryItem[];
  readonly download: Download;
}

/**
 * Everything in which a subscriber differs from what it should hold: the expected items, whole and as its publisher has
 * them, and nothing that the publisher has not. What else the publisher has is on its way in or out, and nobody waits for it.
 */
export function compareLibraries({ expected, published, subscribed, download }: Libraries): Difference[] {
  const wanted = new Set(expected);
  const names = new Set(published.map(({ name }) => name));
  const { copyOf, unclaimed } = pair(published, subscribed);
  const former = new Set(unclaimed.map(({ name }) => name));
  const lacking = expected.filter((name) => !names.has(name));
  // an unclaimed item of such a name is told of once, as what is wrong with the name
  const told = new Set([...lacking, ...published.filter(({ id, name }) => wanted.has(name) && !copyOf.has(id)).map(({ name }) => name)]);
  return [
    ...lacking.map((name): Difference => ({ kind: "missing", name, why: absent, remedy: "publisher" })),
    ...published.filter(({ name }) => wanted.has(name)).map((source) => difference(source, copyOf.get(source.id), former, download)).filter((one) => one !== undefined),
    ...unclaimed.filter(({ name }) => !told.has(name)).map(({ name }): Difference => ({ kind: "unexpected", name, why: absent, remedy: "library" })),
  ];
}

const absent = "the publisher does not have it";

interface Pairs {
  /** By the id of the publisher's item. */
  readonly copyOf: ReadonlyMap<string, LibraryItem>;
  /** Items of the subscriber that are copies of nothing that the publisher has. */
  readonly unclaimed: readonly LibraryItem[];
}

/** By the publisher's id where the subscriber tells it, else by name. */
function pair(published: readonly LibraryItem[], subscribed: readonly LibraryItem[]): Pairs {
  const byId = new Map(published.map((item) => [item.id, item]));
  const byName = new Map(published.map((item) => [item.name, item]));
  const copyOf = new Map<string, LibraryItem>();
  const unclaimed: LibraryItem[] = [];
  for (const copy of subscribed) {
    const source = copy.sourceId === undefined ? byName.get(copy.name) : byId.get(copy.sourceId);
    if (source && !copyOf.has(source.id)) copyOf.set(source.id, copy);
    else unclaimed.push(copy);
  }
  return { copyOf, unclaimed };
}

function difference(source: LibraryItem, copy: LibraryItem | undefined, former: ReadonlySet<string>, download: Download): Difference | undefined {
  const { name } = source;
  if (!isWhole(source)) return { kind: "incorrect", name, why: "its upload to the publisher was not finished", remedy: "publisher" };
  if (copy) {
    const why = itemFault(copy, source, download);
    return why === undefined ? undefined : { kind: "incorrect", name, why, remedy: { item: copy.id } };
  }
  if (former.has(name)) return { kind: "incorrect", name, why: "a copy of an item that the publisher has replaced", remedy: "library" };
  return { kind: "missing", name, remedy: "library" };
}
