import type { EBSClient } from "@aws-sdk/client-ebs";

interface WithHeaders {
  readonly headers: Record<string, string>;
}

/**
 * A block's digest, which its sender states anyway, is also the one that the signature needs: without this, the SDK hashes
 * each block once more where the connection is not encrypted. An answer that states another digest counts as a failed
 * attempt.
 */
export function reuseBlockDigest(client: EBSClient): EBSClient {
  client.middlewareStack.add((next) => (args) => {
    const digest = putDigest(args.input);
    if (digest !== undefined) (args.request as WithHeaders).headers["x-amz-content-sha256"] = Buffer.from(digest, "base64").toString("hex");
    return next(args);
  }, { step: "build", name: "stateBlockDigest" });
  client.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    const digest = putDigest(args.input);
    const answered = (result.output as { Checksum?: string }).Checksum;
    if (digest === undefined || answered === undefined || answered === digest) return result;
    throw Object.assign(new Error(`the service received a block with SHA-256 ${answered}, not ${digest}`), { name: "ChecksumMismatch", $retryable: { throttling: false }, $metadata: result.output.$metadata });
  }, { step: "finalizeRequest", priority: "low", name: "compareBlockDigest" });
  return client;
}

function putDigest(input: object): string | undefined {
  return "BlockData" in input && "Checksum" in input ? (input.Checksum as string) : undefined;
}
