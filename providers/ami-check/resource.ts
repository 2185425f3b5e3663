import * as pulumi from "@pulumi/pulumi";
import type { ReleaseId } from "#model/release";
import { joinKind, type AmiCheckInputs, type AmiCheckOutputs, type AmiKind } from "#providers/ami-check/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all checks. */
const provider: pulumi.dynamic.ResourceProvider<AmiCheckInputs, AmiCheckOutputs> = {
  configure: async (request) => (await import("#providers/ami-check/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/ami-check/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/ami-check/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/ami-check/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/ami-check/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/ami-check/provider")).provider.delete(...args),
};

export interface AmiCheckArgs extends ReleaseId, Omit<AmiCheckInputs, "of" | "imageId" | "snapshotId" | "sha256" | "is"> {
  readonly site: string;
  readonly imageId: pulumi.Input<string>;
  readonly snapshotId?: pulumi.Input<string>;
  readonly sha256: pulumi.Input<string>;
  readonly kind: pulumi.Input<AmiKind>;
}

/** What a region really holds of an AMI, compared with what it should, and put right. Named `<registration>/check`. */
export class AmiCheck extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { site, image, version, kind, ...args }: AmiCheckArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { of: `${site}/${image}@${version}`, is: pulumi.output(kind).apply(joinKind), ...args, state: undefined }, options, "imagefleet", "AmiCheck");
  }
}
