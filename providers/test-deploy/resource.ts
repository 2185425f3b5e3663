import * as pulumi from "@pulumi/pulumi";
import type { DeployInputs, DeployOutputs } from "#providers/test-deploy/inputs";

/** The shell that is kept in the state: it only says where the real provider is. */
const provider: pulumi.dynamic.ResourceProvider<DeployInputs, DeployOutputs> = {
  diff: async (...args) => (await import("#providers/test-deploy/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/test-deploy/provider")).provider.create(...args),
};

export type TestDeployArgs = { readonly [name in keyof DeployInputs]: pulumi.Input<DeployInputs[name]> };

/** A release that ran on a vCenter, from its own library. Named `<site>/<vcenter>/<image>@<version>/deploy`. */
export class TestDeploy extends pulumi.dynamic.Resource {
  /** From power-on until VMware Tools ran. */
  declare readonly seconds: pulumi.Output<number>;
  /** Address that the guest told. */
  declare readonly address: pulumi.Output<string>;
  /** ISO 8601. */
  declare readonly checkedAt: pulumi.Output<string>;

  constructor(name: string, args: TestDeployArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, seconds: undefined, address: undefined, checkedAt: undefined }, options, "imagefleet", "TestDeploy");
  }
}
