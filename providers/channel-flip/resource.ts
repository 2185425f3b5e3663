import * as pulumi from "@pulumi/pulumi";
import type { FlipInputs, FlipOutputs } from "#providers/channel-flip/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all channels. */
const provider: pulumi.dynamic.ResourceProvider<FlipInputs, FlipOutputs> = {
  configure: async (request) => (await import("#providers/channel-flip/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/channel-flip/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/channel-flip/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/channel-flip/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/channel-flip/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/channel-flip/provider")).provider.delete(...args),
};

export type ChannelFlipArgs = { readonly [name in keyof FlipInputs]: pulumi.Input<FlipInputs[name]> };

/**
 * A channel of an image on the sites of one wave: they point at the release together, or where they pointed before. Named
 * `channel/<channel>/<image>/wave-<n>`; after all registrations that it needs, and after the former wave.
 */
export class ChannelFlip extends pulumi.dynamic.Resource {
  /** When its sites were last moved: RFC 3339, UTC. */
  declare readonly since: pulumi.Output<string>;
  /** Best-effort sites that do not have it yet, each with why. */
  declare readonly lagging: pulumi.Output<readonly string[]>;

  constructor(name: string, args: ChannelFlipArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, since: undefined, asked: undefined, lagging: undefined, state: undefined }, options, "imagefleet", "ChannelFlip");
  }
}
