import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { CompleteSnapshotCommand, EBSClient, PutSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { credentials } from "../credentials.ts";
import { blockBytes } from "../upload-disk.ts";
import type { UploadJob } from "../upload-process.ts";

const workers = 64;
const zeros = Buffer.alloc(blockBytes);

/** As the common tools do it: so many workers, each of which reads the next block, holes too, and sends it unless it is zeros. */
export async function upload({ url, disk, virtualBytes }: UploadJob): Promise<void> {
  const client = new EBSClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 12, requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: workers }) }) });
  const { SnapshotId } = await client.send(new StartSnapshotCommand({ VolumeSize: Math.ceil(virtualBytes / 2 ** 30) }));
  const handle = await open(disk);
  const blocks = Math.ceil(virtualBytes / blockBytes);
  let next = 0;
  let sent = 0;
  await Promise.all(Array.from({ length: workers }, async () => {
    while (next < blocks) {
      const index = next++;
      const bytes = Buffer.alloc(blockBytes);
      await handle.read(bytes, 0, blockBytes, index * blockBytes);
      if (bytes.equals(zeros)) continue;
      const checksum = createHash("sha256").update(bytes).digest("base64");
      await patiently(() => client.send(new PutSnapshotBlockCommand({ SnapshotId, BlockIndex: index, BlockData: bytes, DataLength: blockBytes, Checksum: checksum, ChecksumAlgorithm: "SHA256" })));
      sent++;
    }
  }));
  await handle.close();
  await client.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: sent }));
  client.destroy();
}

async function patiently(put: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void await put();
    } catch (error) {
      if (attempt === 12) throw error;
      await sleep(2_000);
    }
  }
}
