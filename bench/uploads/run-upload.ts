import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "./credentials.ts";
import type { UploadFigures, UploadJob } from "./upload-process.ts";

type Reply = { readonly figures: UploadFigures } | { readonly fault: string };

/**
 * Runs an uploader in a process of its own, which remembers nothing of earlier ones.
 * @param uploader File below this folder that exports `upload(job)`.
 */
export async function runUpload(uploader: string, job: UploadJob): Promise<UploadFigures> {
  const cwd = await mkdtemp(join(tmpdir(), "imagefleet-upload-"));
  const child = fork(new URL("./upload-process.ts", import.meta.url), { cwd, execArgv: [], env: { ...process.env, ...environment(job.url, cwd) }, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  try {
    const gone = once(child, "exit").then(() => { throw new Error(`${uploader} ended without figures`); });
    gone.catch(() => undefined); // it ends after its figures, too
    await Promise.race([once(child, "message"), gone]);
    const reply = once(child, "message") as Promise<[Reply]>;
    child.send({ module: new URL(uploader, import.meta.url).href, job });
    const [answer] = await Promise.race([reply, gone]);
    if ("fault" in answer) throw new Error(`${uploader}: ${answer.fault}`);
    return answer.figures;
  } finally {
    child.kill();
    await rm(cwd, { recursive: true, force: true });
  }
}

/** The clouds' own variables. */
function environment(url: string, cwd: string): Record<string, string> {
  return {
    XDG_CACHE_HOME: join(cwd, "cache"), AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: join(cwd, "none"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "none"), GOOGLE_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/v1/`,
  };
}
