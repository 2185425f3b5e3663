import * as pulumi from "@pulumi/pulumi";
import type { CatalogInputs, CatalogOutputs } from "#providers/local-catalog/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all catalogs. */
const provider: pulumi.dynamic.ResourceProvider<CatalogInputs, CatalogOutputs> = {
  async configure(request) { (await import("#providers/local-catalog/provider")).provider.configure(request); },
  async diff(id, olds, news) { return (await import("#providers/local-catalog/provider")).provider.diff(id, olds, news); },
  async create(inputs) { return (await import("#providers/local-catalog/provider")).provider.create(inputs); },
  async update(id, olds, news) { return (await import("#providers/local-catalog/provider")).provider.update(id, olds, news); },
  async read(id, props) { return (await import("#providers/local-catalog/provider")).provider.read(id, props!); },
  async delete(id, props) { return (await import("#providers/local-catalog/provider")).provider.delete(id, props); },
};

export type LocalCatalogArgs = { readonly [name in keyof CatalogInputs]: pulumi.Input<CatalogInputs[name]> };

/** One release of an image in the directory of a local site. Named `<site>/<image>@<version>`. */
export class LocalCatalog extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: LocalCatalogArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, state: undefined, claim: undefined }, options, "imagefleet", "LocalCatalog");
  }
}
