import * as pulumi from "@pulumi/pulumi";
import type { StatusInputs, StatusOutputs } from "#providers/release-status/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all releases. */
const provider: pulumi.dynamic.ResourceProvider<StatusInputs, StatusOutputs> = {
  configure: async (request) => (await import("#providers/release-status/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/release-status/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/release-status/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/release-status/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/release-status/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/release-status/provider")).provider.delete(...args),
};

/**
 * That a revoked release is withdrawn on a site, where it stays registered; deleting it lets the release in again. Named
 * `<registration>/status`.
 */
export class ReleaseStatus extends pulumi.dynamic.Resource {
  constructor(name: string, args: StatusInputs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, state: undefined }, options, "imagefleet", "ReleaseStatus");
  }
}
