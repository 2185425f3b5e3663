import { z } from "zod";
import { processIdentity, type ProcessIdentity } from "#store/process-identity";

/** Whose a blob is, and of what; the digests are those of the release, or the beginnings of them. */
export interface BlobOwner {
  readonly key: string;
  readonly sha256: string;
  /** `<project>/<stack>` */
  readonly stack: string;
}

const names = { key: "imagefleet_key", sha256: "imagefleet_sha256", stack: "imagefleet_stack", upload: "imagefleet_upload", writer: "imagefleet_writer" } as const;

const identity = z.object({ pid: z.number(), startTime: z.number(), bootId: z.string(), host: z.string(), pidNamespace: z.string() });

/** What a blob says of itself. */
export interface BlobFacts extends Partial<BlobOwner> {
  /** Another one each time that the blob is made. */
  readonly upload?: string;
  /** The process that sends it, or last did. */
  readonly writer?: ProcessIdentity;
}

/** The owner, and this process as the writer. */
export function metadataOf({ key, sha256, stack }: BlobOwner, upload: string): Record<string, string> {
  const writer = Buffer.from(JSON.stringify(processIdentity() ?? {})).toString("base64url");
  return { [names.key]: key, [names.sha256]: sha256, [names.stack]: stack, [names.upload]: upload, [names.writer]: writer };
}

export function factsIn(metadata: Readonly<Record<string, string>> = {}): BlobFacts {
  const { [names.key]: key, [names.sha256]: sha256, [names.stack]: stack, [names.upload]: upload, [names.writer]: writer } = metadata;
  return { key, sha256, stack, upload, writer: writer === undefined ? undefined : identity.safeParse(json(Buffer.from(writer, "base64url").toString())).data } as BlobFacts;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
