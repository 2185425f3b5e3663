import { open } from "node:fs/promises";
import { request } from "node:http";
import type { UploadJob } from "../upload-process.ts";

const chunkBytes = 16 * 2 ** 20;

/** As client libraries do it by default: a resumable upload, one chunk of 16 MiB after the other. */
export async function upload({ url, disk, virtualBytes }: UploadJob): Promise<void> {
  const { location } = await send("POST", `${url}/upload/storage/v1/b/bucket/o?uploadType=resumable&name=disk.tar.gz`, {}, Buffer.from("{}"));
  const handle = await open(disk);
  const buffer = Buffer.alloc(chunkBytes);
  for (let start = 0; start < virtualBytes; start += chunkBytes) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(chunkBytes, virtualBytes - start), start);
    await send("PUT", location!, { "content-range": `bytes ${start}-${start + bytesRead - 1}/${virtualBytes}` }, buffer.subarray(0, bytesRead));
  }
  await handle.close();
}

function send(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<{ readonly location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: { ...headers, "content-length": body.length } }, (response) => {
      response.resume().on("end", () => resolve({ location: response.headers.location })).on("error", reject);
    });
    sending.on("error", reject).end(body);
  });
}
