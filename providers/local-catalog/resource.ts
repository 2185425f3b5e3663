import * as pulumi from "@pulumi/pulumi";
import type { CatalogInputs, CatalogOutputs } from "#providers/local-catalog/inputs";

/**
 * The shell that is kept in the state, twice for each resource, so every byte counts: it only says where the real provider
 * is. One object serves all catalogs.
 */
const provider: pulumi.dynamic.ResourceProvider<CatalogInputs, CatalogOutputs> = {
  configure: async (request) => (await import("#providers/local-catalog/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/local-catalog/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/local-catalog/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/local-catalog/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/local-catalog/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/local-catalog/provider")).provider.delete(...args),
};

export { artifactPath } from "#providers/local-catalog/layout";

export type LocalCatalogArgs = { readonly [name in keyof CatalogInputs]: pulumi.Input<CatalogInputs[name]> };

/** One sealed format of a release in the directory of a site. Named `<site>/<image>@<version>/<format>`. */
export class LocalCatalog extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: LocalCatalogArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, state: undefined, claim: undefined }, options, "imagefleet", "LocalCatalog");
  }
}
