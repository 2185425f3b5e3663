import * as pulumi from "@pulumi/pulumi";
import type { CheckInputs, CheckOutputs, KeptInputs } from "#providers/registration-check/inputs";
import { joinNames, joinPlace } from "#providers/registration-check/kept";
import { compactExpectation, type Expectation } from "#providers/registration-check/openstack/expectation";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all checks. */
const provider: pulumi.dynamic.ResourceProvider<KeptInputs, CheckOutputs> = {
  configure: async (request) => (await import("#providers/registration-check/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/registration-check/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/registration-check/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/registration-check/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/registration-check/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/registration-check/provider")).provider.delete(...args),
};

export type { Expectation } from "#providers/registration-check/openstack/expectation";

export interface RegistrationCheckArgs extends Omit<CheckInputs, "expected" | "imageId" | "sha256"> {
  readonly imageId: pulumi.Input<string>;
  readonly sha256: pulumi.Input<string>;
  /** What the image should be, besides its bytes. */
  readonly expected: pulumi.Input<Expectation>;
}

/**
 * What a site really holds of a registration, compared with what it should: bytes, settings, who may see it. It repairs what
 * the official resource cannot see. Named `<registration>/check`.
 */
export class RegistrationCheck extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { imageId, sha256, expected, ...args }: RegistrationCheckArgs, options?: pulumi.CustomResourceOptions) {
    const short = { sha256: pulumi.output(sha256).apply((digits) => digits.slice(0, 16)), expected: pulumi.output(expected).apply(compactExpectation) };
    super(provider, name, { of: joinNames(args), where: joinPlace(args), imageId, ...short, state: undefined, hash: undefined }, options, "imagefleet", "RegistrationCheck");
  }
}
