import * as pulumi from "@pulumi/pulumi";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { keptExpectation, type CheckOutputs, type Facts, type KeptInputs } from "#providers/gcp-image-check/kept";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all checks. */
const provider: pulumi.dynamic.ResourceProvider<KeptInputs, CheckOutputs> = {
  diff: async (...args) => (await import("#providers/gcp-image-check/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/gcp-image-check/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/gcp-image-check/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/gcp-image-check/provider")).provider.read(id, props!),
};

export type GcpImageCheckArgs = { readonly [name in keyof CheckInputs]: pulumi.Input<CheckInputs[name]> };

/**
 * What Compute Engine really holds of an image, compared with what it should: settings, labels, who may use it. It repairs what
 * the official resource cannot see, and removes the archive that the image was made of. Named `<registration>/check`.
 */
export class GcpImageCheck extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { site, image, version, format, made, ...facts }: GcpImageCheckArgs, options?: pulumi.CustomResourceOptions) {
    const expected = pulumi.output(facts as pulumi.Input<Facts>).apply(keptExpectation);
    super(provider, name, { of: pulumi.interpolate`${site}/${image}@${version}/${format}`, made, expected, identity: undefined, deprecated: undefined, state: undefined }, options, "imagefleet", "GcpImageCheck");
  }
}
