import * as pulumi from "@pulumi/pulumi";
import type { DiskFormatInputs, DiskFormatOutputs } from "#providers/disk-format/provider";

/**
 * The shell that is kept in the state: it only says where the real provider is, so old state always meets new code.
 * One object serves all formats. There is no delete: what is sealed is the store's.
 */
const provider: pulumi.dynamic.ResourceProvider<DiskFormatInputs, DiskFormatOutputs> = {
  async configure(request) { (await import("#providers/disk-format/provider")).provider.configure(request); },
  async diff(id, olds, news) { return (await import("#providers/disk-format/provider")).provider.diff(id, olds, news); },
  async create(inputs) { return (await import("#providers/disk-format/provider")).provider.create(inputs); },
  async read(id, props) { return (await import("#providers/disk-format/provider")).provider.read(id, props!); },
};

/** One format of a release's disk: written, compared with the disk and sealed, or found in the store. */
export class DiskFormat extends pulumi.dynamic.Resource {
  declare readonly image: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;
  declare readonly key: pulumi.Output<string>;
  /** Name of the format. */
  declare readonly format: pulumi.Output<string>;
  /** Name of the file that sites take. */
  declare readonly artifact: pulumi.Output<string>;
  /** SHA-256 of that file. */
  declare readonly sha256: pulumi.Output<string>;
  /** Bytes of that file. */
  declare readonly bytes: pulumi.Output<number>;

  constructor(name: string, inputs: DiskFormatInputs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...inputs, artifact: undefined, sha256: undefined, bytes: undefined }, options, "imagefleet", "DiskFormat");
  }
}
