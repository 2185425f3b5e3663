import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { PutSnapshotBlockCommand, type EBSClient } from "@aws-sdk/client-ebs";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Pace } from "#providers/shared/aws/pace";
import { sendAws, type Attempt, type SendContext } from "#providers/shared/aws/send-aws";

type Signer = Awaited<ReturnType<EBSClient["config"]["signer"]>>;
type Request = Parameters<Signer["sign"]>[0];

/** One block of a snapshot that is begun. */
export interface Block {
  readonly SnapshotId: string;
  readonly index: number;
  /** SHA-256 of its bytes. */
  readonly digest: Uint8Array;
  readonly bytes: Buffer;
}

/**
 * Sends blocks. The first goes the SDK's whole way; the next are made after its request, signed and sent, and no more: of a
 * thousand blocks a second, all that the SDK makes anew for each costs half a CPU, and memory that is given back late.
 * An attempt that did not succeed is handed to the SDK as its own first one: it judges it, and tries again.
 */
export class BlockSender {
  /** How fast blocks may follow each other: each is to wait for its turn before it is even read, or else blocks wait in memory. */
  readonly pace: Pace;
  private readonly client: EBSClient;
  private signer: Promise<Signer> | undefined;
  /** What the SDK last made of a block: where it goes, and as what. */
  private model: Request | undefined;

  constructor(client: EBSClient, pace: Pace) {
    this.client = client;
    this.pace = pace;
    client.middlewareStack.add((next) => (args) => {
      if ("BlockData" in args.input) this.model = modelOf(args.request as Request);
      return next(args);
    }, { step: "finalizeRequest", priority: "high", name: "keepModel" });
  }

  /** Sends a block whose turn it is. @throws AwsError */
  async put(block: Block, context: SendContext): Promise<void> {
    const checksum = Buffer.from(block.digest).toString("base64");
    const attempt = this.model && (await this.attempt(this.model, { ...block, checksum }, context.signal));
    if (attempt === "taken") return;
    this.pace.giveBack(); // the SDK takes one by itself
    const command = new PutSnapshotBlockCommand({ SnapshotId: block.SnapshotId, BlockIndex: block.index, BlockData: block.bytes, DataLength: block.bytes.length, Checksum: checksum, ChecksumAlgorithm: "SHA256" });
    await sendAws(this.client, command, context, attempt);
  }

  private async attempt(model: Request, { SnapshotId, index, digest, checksum, bytes }: Block & { checksum: string }, abortSignal?: AbortSignal): Promise<Attempt | "taken"> {
    const { config } = this.client;
    try {
      const signer = await (this.signer ??= this.makeSigner());
      const path = model.path.replace(/\/snapshots\/[^/]+\/blocks\/[^/]+$/, `/snapshots/${SnapshotId}/blocks/${index}`);
      const headers = { ...model.headers, "x-amz-checksum": checksum, "x-amz-content-sha256": Buffer.from(digest).toString("hex") };
      const signed = await signer.sign({ ...model, path, headers, body: bytes }, { signingDate: new Date(Date.now() + (config.systemClockOffset ?? 0)) });
      const { response } = await config.requestHandler.handle(signed as Parameters<NodeHttpHandler["handle"]>[0], abortSignal && { abortSignal });
      const answer = await buffer(response.body as Readable);
      if (response.statusCode === 201 && response.headers["x-amz-checksum"] === checksum) return "taken";
      return { response: Object.assign(response, { body: Readable.from([answer]) }) };
    } catch (error) {
      return { error };
    }
  }

  private async makeSigner(): Promise<Signer> {
    const { signer, region } = this.client.config;
    return signer({ name: "sigv4", signingName: "ebs", signingRegion: await region(), properties: {} });
  }
}

/** Without its body and what is said of attempts. */
function modelOf({ body: _, ...request }: Request): Request {
  return { ...request, headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith("amz-sdk-"))) };
}
