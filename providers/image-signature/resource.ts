import * as pulumi from "@pulumi/pulumi";
import type { SignatureInputs, SignatureOutputs } from "#providers/image-signature/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all signatures. */
const provider: pulumi.dynamic.ResourceProvider<SignatureInputs, SignatureOutputs> = {
  configure: async (request) => (await import("#providers/image-signature/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/image-signature/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/image-signature/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/image-signature/provider")).provider.update(...args),
};

export type ImageSignatureArgs = { readonly [name in keyof SignatureInputs]: pulumi.Input<SignatureInputs[name]> };

/** The signature that Glance, Nova and Cinder verify an image by. Named `<registration>/signature`. */
export class ImageSignature extends pulumi.dynamic.Resource {
  /** Base64. */
  declare readonly signature: pulumi.Output<string>;

  constructor(name: string, args: ImageSignatureArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, signature: undefined, fingerprint: undefined }, options, "imagefleet", "ImageSignature");
  }
}
