/** An upload in a process of its own: only its sending is timed, not the loading of its modules; and its memory is its own. */
export interface UploadFigures {
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  /** Of the whole process, at most. */
  readonly residentBytes: number;
}

/** What an uploader is told. */
export interface UploadJob {
  /** Of the service. */
  readonly url: string;
  readonly disk: string;
  readonly virtualBytes: number;
  /** What each uploader wants besides. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** What the module of an uploader exports. */
export interface Uploader {
  upload(job: UploadJob): Promise<unknown>;
}

process.on("message", (message: { module: string; job: UploadJob }) => void run(message.module, message.job));
process.send?.("ready");

async function run(module: string, job: UploadJob): Promise<void> {
  try {
    const { upload } = (await import(module)) as Uploader;
    const usage = process.cpuUsage();
    const started = performance.now();
    await upload(job);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(usage);
    const figures: UploadFigures = { seconds, cpuSeconds: (user + system) / 1e6, residentBytes: process.resourceUsage().maxRSS * 1024 };
    process.send!({ figures });
  } catch (error) {
    process.send!({ fault: error instanceof Error ? error.stack : String(error) });
  }
  process.disconnect();
}
