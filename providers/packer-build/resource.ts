import * as pulumi from "@pulumi/pulumi";
import type { BuildRecord } from "#model/release";
import type { PackerBuildInputs, PackerBuildOutputs } from "#providers/packer-build/provider";

/**
 * The shell that is kept in the state: it only says where the real provider is, so old state always meets new code.
 * One object serves all builds. There is no delete: releases are the store's.
 */
const provider: pulumi.dynamic.ResourceProvider<PackerBuildInputs, PackerBuildOutputs> = {
  async configure(request) { (await import("#providers/packer-build/provider")).provider.configure(request); },
  async diff(id, olds, news) { return (await import("#providers/packer-build/provider")).provider.diff(id, olds, news); },
  async create(inputs) { return (await import("#providers/packer-build/provider")).provider.create(inputs); },
  async read(id, props) { return (await import("#providers/packer-build/provider")).provider.read(id, props!); },
};

/** One build of an image, run by Packer, or found in the store by its version. */
export class PackerBuild extends pulumi.dynamic.Resource {
  declare readonly image: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;
  declare readonly key: pulumi.Output<string>;
  /** SHA-256 of the disk. */
  declare readonly sha256: pulumi.Output<string>;
  /** Bytes of the disk's file. */
  declare readonly bytes: pulumi.Output<number>;
  /** Bytes of the disk as its guest sees it. */
  declare readonly virtualBytes: pulumi.Output<number>;
  /** What it is, from the facts of its OS. */
  declare readonly os: pulumi.Output<BuildRecord["os"]>;

  constructor(name: string, inputs: PackerBuildInputs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...inputs, sha256: undefined, bytes: undefined, virtualBytes: undefined, os: undefined, damage: undefined }, options, "imagefleet", "PackerBuild");
  }
}
