import * as pulumi from "@pulumi/pulumi";
import { foldNames } from "#providers/library-sync/fold-names";
import type { LibraryAddress, SyncInputs, SyncOutputs } from "#providers/library-sync/inputs";

/** The shell that is kept in the state: it only says where the real provider is. There is no delete: a sync leaves nothing. */
const provider: pulumi.dynamic.ResourceProvider<SyncInputs, SyncOutputs> = {
  diff: async (...args) => (await import("#providers/library-sync/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/library-sync/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/library-sync/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/library-sync/provider")).provider.read(id, props!),
};

type Args<Inputs> = { readonly [name in keyof Inputs]: pulumi.Input<Inputs[name]> };

export interface LibrarySyncArgs extends Omit<Args<SyncInputs>, "publisher" | "items"> {
  readonly publisher: Args<LibraryAddress>;
  /** Names of the items that the publisher must hold. */
  readonly items: readonly string[];
}

/** A subscriber's library in step with its publisher's. One for each subscriber, named `<site>/<vcenter>/sync`. */
export class LibrarySync extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found to differ, item by item; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: LibrarySyncArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, items: foldNames(args.items), state: undefined }, options, "imagefleet", "LibrarySync");
  }
}
