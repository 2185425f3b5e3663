import * as pulumi from "@pulumi/pulumi";
import type { RequestAnswerInputs, RequestAnswerOutputs } from "#providers/request-answer/inputs";

/** The shell that is kept in the state: it only says where the real provider is. One object serves all answers. */
const provider: pulumi.dynamic.ResourceProvider<RequestAnswerInputs, RequestAnswerOutputs> = {
  configure: async (request) => (await import("#providers/request-answer/provider")).provider.configure(request),
  diff: async (...args) => (await import("#providers/request-answer/provider")).provider.diff(...args),
  create: async (...args) => (await import("#providers/request-answer/provider")).provider.create(...args),
  update: async (...args) => (await import("#providers/request-answer/provider")).provider.update(...args),
  read: async (id, props) => (await import("#providers/request-answer/provider")).provider.read(id, props!),
  delete: async (...args) => (await import("#providers/request-answer/provider")).provider.delete(...args),
};

export type RequestAnswerArgs = { readonly [name in keyof RequestAnswerInputs]: pulumi.Input<RequestAnswerInputs[name]> };

/** What became of another stack's request, in the store, where that stack reads it. Named `answer/<project>/<stack>/<channel>/<image>`. */
export class RequestAnswer extends pulumi.dynamic.Resource {
  constructor(name: string, args: RequestAnswerArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, at: undefined, carriedOut: undefined, state: undefined }, options, "imagefleet", "RequestAnswer");
  }
}
