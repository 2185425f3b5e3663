import * as pulumi from "@pulumi/pulumi";
import { joinWhere, type PageBlobInputs, type PageBlobOutputs } from "#providers/page-blob/inputs";
import type { StagingPlace } from "#providers/shared/azure/blob-service";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all blobs. */
const provider: pulumi.dynamic.ResourceProvider<PageBlobInputs, PageBlobOutputs> = {
  configure: async (request) => (await import("#providers/page-blob/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/page-blob/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/page-blob/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/page-blob/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/page-blob/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/page-blob/provider")).provider.delete(...args),
};

export interface PageBlobArgs extends Pick<PageBlobInputs, "of" | "target" | "key" | "stack"> {
  readonly place: StagingPlace;
  readonly sha256: pulumi.Input<string>;
}

/**
 * The sealed VHD in the site's storage account, until the image that is made of it is whole: then its check removes it. Named
 * `<registration>/blob`.
 */
export class PageBlob extends pulumi.dynamic.Resource {
  declare readonly uri: pulumi.Output<string>;

  constructor(name: string, { place, key, sha256, ...args }: PageBlobArgs, options?: pulumi.CustomResourceOptions) {
    const short = { key: key.slice(0, 16), sha256: pulumi.output(sha256).apply((digits) => digits.slice(0, 16)) };
    super(provider, name, { ...args, where: joinWhere(place), ...short, uri: undefined, state: undefined }, options, "imagefleet", "PageBlob");
  }
}
