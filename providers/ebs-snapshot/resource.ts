import * as pulumi from "@pulumi/pulumi";
import type { SnapshotInputs, SnapshotOutputs } from "#providers/ebs-snapshot/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all snapshots. */
const provider: pulumi.dynamic.ResourceProvider<SnapshotInputs, SnapshotOutputs> = {
  configure: async (request) => (await import("#providers/ebs-snapshot/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/ebs-snapshot/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/ebs-snapshot/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/ebs-snapshot/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/ebs-snapshot/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/ebs-snapshot/provider")).provider.delete(...args),
};

export interface EbsSnapshotArgs extends Omit<SnapshotInputs, "sha256" | "bytes" | "virtualBytes" | "tags"> {
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
  readonly virtualBytes: pulumi.Input<number>;
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/** A release's sealed disk as an EBS snapshot, sent block by block. Named `<registration>/snapshot`; deleted with the resource. */
export class EbsSnapshot extends pulumi.dynamic.Resource {
  /** `snap-…`; the id of the resource as well. */
  declare readonly snapshotId: pulumi.Output<string>;
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { sha256, ...args }: EbsSnapshotArgs, options?: pulumi.CustomResourceOptions) {
    const short = pulumi.output(sha256).apply((digits) => digits.slice(0, 16));
    super(provider, name, { ...args, sha256: short, snapshotId: undefined, state: undefined }, options, "imagefleet", "EbsSnapshot");
  }
}
