import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Attempt } from "#providers/shared/aws/send-aws";

type HttpRequest = Parameters<NodeHttpHandler["handle"]>[0];
type HttpOptions = Parameters<NodeHttpHandler["handle"]>[1] & { readonly attempt?: Attempt };

/** Sends requests, but for those that somebody else has sent once already: of these, it first hands on what came of it. */
export class RequestHandler extends NodeHttpHandler {
  private readonly handed = new WeakSet<Attempt>();

  override async handle(request: HttpRequest, options: HttpOptions = {}): ReturnType<NodeHttpHandler["handle"]> {
    const { attempt } = options;
    if (!attempt || this.handed.has(attempt)) return super.handle(request, options);
    this.handed.add(attempt);
    if ("error" in attempt) throw attempt.error;
    return attempt;
  }
}
