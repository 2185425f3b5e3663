import * as pulumi from "@pulumi/pulumi";
import type { InstanceInputs, InstanceOutputs } from "#providers/test-instance/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all instances. */
const provider: pulumi.dynamic.ResourceProvider<InstanceInputs, InstanceOutputs> = {
  configure: async (request) => (await import("#providers/test-instance/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/test-instance/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/test-instance/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/test-instance/provider")).provider.update(...args),
  delete: async (...args) => (await import("#providers/test-instance/provider")).provider.delete(...args),
};

export type TestInstanceArgs = { readonly [name in keyof InstanceInputs]: pulumi.Input<InstanceInputs[name]> };

/**
 * Boots a registered image once, before other sites take it: the state keeps what was seen, the server is gone. Named
 * `<registration>/boot`.
 */
export class TestInstance extends pulumi.dynamic.Resource {
  constructor(name: string, args: TestInstanceArgs, options?: pulumi.CustomResourceOptions) {
    const seen = { testedAt: undefined, activeSeconds: undefined, loginSeconds: undefined, kernel: undefined, system: undefined, cloudInit: undefined, kept: undefined };
    super(provider, name, { ...args, ...seen }, options, "imagefleet", "TestInstance");
  }
}
