import * as pulumi from "@pulumi/pulumi";
import type { Hold as HoldInputs } from "#store/store";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all holds. */
const provider: pulumi.dynamic.ResourceProvider<HoldInputs, HoldInputs> = {
  configure: async (request) => (await import("#providers/hold/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/hold/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/hold/provider")).provider.create(...args),
  read: async (id, props) => (await import("#providers/hold/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/hold/provider")).provider.delete(...args),
};

export type HoldArgs = { readonly [name in keyof HoldInputs]: pulumi.Input<HoldInputs[name]> };

/**
 * A stack's word that it still needs a release, kept in the store: `gc` and `rm` refuse what is held. Named
 * `hold/<image>@<version>`; made before the first registration, and deleted last.
 */
export class Hold extends pulumi.dynamic.Resource {
  constructor(name: string, args: HoldArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, options, "imagefleet", "Hold");
  }
}
