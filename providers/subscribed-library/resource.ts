import * as pulumi from "@pulumi/pulumi";
import type { SubscribedInputs, SubscribedOutputs } from "#providers/subscribed-library/inputs";

/** The shell that is kept in the state: it only says where the real provider is. */
const provider: pulumi.dynamic.ResourceProvider<SubscribedInputs, SubscribedOutputs> = {
  diff: async (...args) => (await import("#providers/subscribed-library/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/subscribed-library/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/subscribed-library/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/subscribed-library/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/subscribed-library/provider")).provider.delete(...args),
};

export type SubscribedLibraryArgs = { readonly [name in keyof SubscribedInputs]: pulumi.Input<SubscribedInputs[name]> };

/** The library of a subscriber, which pulls from its publisher's. Named `<site>/<vcenter>/library`. */
export class SubscribedLibrary extends pulumi.dynamic.Resource {
  declare readonly libraryId: pulumi.Output<string>;
  /** `correct`, or what a refresh found to differ; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: SubscribedLibraryArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, libraryId: undefined, state: undefined }, options, "imagefleet", "SubscribedLibrary");
  }
}
