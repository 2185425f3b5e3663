import * as pulumi from "@pulumi/pulumi";
import type { PublicationInputs, PublicationOutputs } from "#providers/publication/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all publications. */
const provider: pulumi.dynamic.ResourceProvider<PublicationInputs, PublicationOutputs> = {
  configure: async (request) => (await import("#providers/publication/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/publication/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/publication/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/publication/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/publication/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/publication/provider")).provider.delete(...args),
};

/**
 * When the sites of a release were first seen to have it, kept in the store: `keepFor` counts from it, and `distributeWithin`
 * is measured by it. Named `publication/<image>@<version>`; declared once every registration has succeeded.
 */
export class Publication extends pulumi.dynamic.Resource {
  /** `correct`, or `incorrect: ...` where a site had it too late. */
  declare readonly state: pulumi.Output<string>;
  /** By site, hours from the build's end. */
  declare readonly hours: pulumi.Output<Readonly<Record<string, number>>>;

  constructor(name: string, args: PublicationInputs, options?: pulumi.CustomResourceOptions) {
    // What changes with every run would otherwise be written to the state by every run.
    super(provider, name, { ...args, hours: undefined, pending: undefined, state: undefined }, { ...options, ignoreChanges: ["seen"] }, "imagefleet", "Publication");
  }
}
