import * as pulumi from "@pulumi/pulumi";
import { keptExpectation, type AzureExpectation } from "#providers/azure-image-check/expectation";
import { joinRegistry, type AzureCheckInputs, type AzureCheckOutputs, type RegisteredPlace } from "#providers/azure-image-check/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all checks. */
const provider: pulumi.dynamic.ResourceProvider<AzureCheckInputs, AzureCheckOutputs> = {
  diff: async (...args) => (await import("#providers/azure-image-check/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/azure-image-check/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/azure-image-check/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/azure-image-check/provider")).provider.read(id, props!),
};

export interface AzureImageCheckArgs extends Pick<AzureCheckInputs, "of"> {
  /** Where it is registered, and where the disk was that it is made of. */
  readonly place: RegisteredPlace;
  readonly expected: pulumi.Input<AzureExpectation>;
}

/**
 * What Azure really holds of a registration, compared with what it should: every region, size, generation, security, end of life
 * and tags. It repairs what the official resource cannot see, and removes the disk that the image was made of. Named
 * `<registration>/check`.
 */
export class AzureImageCheck extends pulumi.dynamic.Resource {
  /** `correct`, or what a refresh found wrong; the next update mends it. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, { of, place, expected }: AzureImageCheckArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { of, where: joinRegistry(place), expected: pulumi.output(expected).apply(keptExpectation), state: undefined }, options, "imagefleet", "AzureImageCheck");
  }
}
