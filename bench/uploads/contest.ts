import { interleaved, type BenchContext } from "../measurement.ts";
import { runUpload } from "./run-upload.ts";
import type { ServiceKind, ServiceOptions, SinkCounts } from "./service.ts";
import { Sink } from "./sink.ts";
import type { UploadDisk } from "./upload-disk.ts";
import type { UploadFigures } from "./upload-process.ts";

/** An uploader, and what it is told and met with that others are not. */
export interface Contestant {
  /** File below this folder. */
  readonly uploader: string;
  readonly latencyMs: number;
  readonly options?: Partial<ServiceOptions>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** One upload: as its sender and as the service saw it. */
export type Upload = UploadFigures & { readonly counts: SinkCounts };

/** The same disk to the same service by each of them, turn by turn. @returns their uploads, by their names. */
export async function uploadContest<Name extends string>(kind: ServiceKind, disk: Pick<UploadDisk, "path" | "virtualBytes">, contestants: Readonly<Record<Name, Contestant>>, context: Pick<BenchContext, "runs" | "log">): Promise<Record<Name, Upload[]>> {
  const sink = await Sink.start();
  try {
    const names = Object.keys(contestants) as Name[];
    const uploads = Object.fromEntries(names.map((name) => [name, [] as Upload[]])) as Record<Name, Upload[]>;
    const turn = (name: Name) => async (): Promise<number> => {
      const { uploader, latencyMs, options, more = {} } = contestants[name];
      await sink.begin(kind, { disks: [disk.path], ...options }, latencyMs);
      const figures = await runUpload(uploader, { url: sink.url, disk: disk.path, virtualBytes: disk.virtualBytes, more });
      uploads[name].push({ ...figures, counts: await sink.counts() });
      return figures.seconds;
    };
    await interleaved(Object.fromEntries(names.map((name) => [name, turn(name)])), context, "s");
    return uploads;
  } finally {
    await sink.stop();
  }
}

export function secondsIn(uploads: readonly Upload[]): number[] {
  return uploads.map(({ seconds }) => seconds);
}

/** The most that any of them sent. */
export function mostSent(uploads: readonly Upload[]): number {
  return Math.max(...uploads.map(({ counts }) => counts.dataBytes));
}
