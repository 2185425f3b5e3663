import * as pulumi from "@pulumi/pulumi";
import type { ObjectInputs, ObjectOutputs } from "#providers/gcs-object/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all objects. */
const provider: pulumi.dynamic.ResourceProvider<ObjectInputs, ObjectOutputs> = {
  configure: async (request) => (await import("#providers/gcs-object/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/gcs-object/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/gcs-object/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/gcs-object/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/gcs-object/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/gcs-object/provider")).provider.delete(...args),
};

export interface GcsObjectArgs extends Omit<ObjectInputs, "sha256" | "bytes" | "recipe"> {
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
  readonly recipe: pulumi.Input<string>;
}

/**
 * A release's sealed archive in the bucket of a project, sent so that an image can be made of it, and gone once there is the
 * image. Named `<registration>/object`.
 */
export class GcsObject extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { sha256, ...args }: GcsObjectArgs, options?: pulumi.CustomResourceOptions) {
    const short = pulumi.output(sha256).apply((digits) => digits.slice(0, 16));
    super(provider, name, { ...args, sha256: short, state: undefined }, options, "imagefleet", "GcsObject");
  }
}
