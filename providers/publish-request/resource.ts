import * as pulumi from "@pulumi/pulumi";
import type { PublishRequestInputs, PublishRequestOutputs } from "#providers/publish-request/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all requests. */
const provider: pulumi.dynamic.ResourceProvider<PublishRequestInputs, PublishRequestOutputs> = {
  configure: async (request) => (await import("#providers/publish-request/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/publish-request/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/publish-request/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/publish-request/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/publish-request/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/publish-request/provider")).provider.delete(...args),
};

export type PublishRequestArgs = { readonly [name in keyof PublishRequestInputs]: pulumi.Input<PublishRequestInputs[name]> };

/**
 * A signed request in the store: that a channel of an image points at a release, on sites that another stack has. Named
 * `request/<channel>/<image>`; deleting it takes it back.
 */
export class PublishRequest extends pulumi.dynamic.Resource {
  /** What has become of it: `correct: carried out by images/prod on ...`. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: PublishRequestArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, since: undefined, expires: undefined, document: undefined, status: undefined, state: undefined }, options, "imagefleet", "PublishRequest");
  }
}
