import * as pulumi from "@pulumi/pulumi";
import type { RevocationInputs } from "#providers/revocation/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all revocations. */
const provider: pulumi.dynamic.ResourceProvider<RevocationInputs, RevocationInputs> = {
  configure: async (request) => (await import("#providers/revocation/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/revocation/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/revocation/provider")).provider.create(...args),
  read: async (id, props) => (await import("#providers/revocation/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/revocation/provider")).provider.delete(...args),
};

/**
 * A stack's word that a release must not be used, kept in the store, where every other stack reads it at its next run. Named
 * `revocation/<image>@<version>`; deleting it takes the word back.
 */
export class Revocation extends pulumi.dynamic.Resource {
  constructor(name: string, args: RevocationInputs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, options, "imagefleet", "Revocation");
  }
}
