import * as pulumi from "@pulumi/pulumi";
import type { InspectionInputs, InspectionOutputs } from "#providers/inspection/provider";

/** The shell that is kept in the state: it only says where the real provider is. There is no delete: evidence is the store's. */
const provider: pulumi.dynamic.ResourceProvider<InspectionInputs, InspectionOutputs> = {
  configure: async (request) => (await import("#providers/inspection/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/inspection/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/inspection/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/inspection/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/inspection/provider")).provider.read(id, props!),
};

export type InspectionArgs = { readonly [name in keyof InspectionInputs]: pulumi.Input<InspectionInputs[name]> };

/** What a release must pass before any site gets it; adopted where the store has that it passed. Named `inspection/<image>@<version>`. */
export class Inspection extends pulumi.dynamic.Resource {
  /** `passed`: a release that fails has no such resource. */
  declare readonly verdict: pulumi.Output<string>;
  /** Findings that waivers accept. */
  declare readonly waived: pulumi.Output<number>;
  /** SHA-256 of the evidence, evidence.json. */
  declare readonly evidence: pulumi.Output<string>;

  constructor(name: string, args: InspectionArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, verdict: undefined, waived: undefined, evidence: undefined }, options, "imagefleet", "Inspection");
  }
}
