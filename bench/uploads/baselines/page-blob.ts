import { open } from "node:fs/promises";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import type { UploadJob } from "../upload-process.ts";

const pieceBytes = 4 * 2 ** 20;
const zeros = Buffer.alloc(pieceBytes);

/** As the common tools do it: one piece after the other is read, and sent unless it is zeros. */
export async function upload({ url, disk, virtualBytes }: UploadJob): Promise<void> {
  const blob = new PageBlobClient(`${url}/account/container/serial.vhd`, new AnonymousCredential());
  await blob.create(virtualBytes);
  const handle = await open(disk);
  const buffer = Buffer.alloc(pieceBytes);
  for (let start = 0; start < virtualBytes; start += pieceBytes) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(pieceBytes, virtualBytes - start), start);
    const bytes = buffer.subarray(0, bytesRead);
    if (!bytes.equals(zeros.subarray(0, bytesRead))) await blob.uploadPages(bytes, start, bytesRead);
  }
  await handle.close();
}
