import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import { downloadAttempt } from "#providers/packer-build/sources/download-attempt";
import { defaultLimits, type DownloadLimits } from "#providers/packer-build/sources/download-limits";
import { RefusedError, TransientError } from "#providers/packer-build/sources/http-client";
import { PartialFile } from "#providers/packer-build/sources/partial-file";
import { shownUrl } from "#providers/packer-build/sources/source-place";

export interface Download {
  readonly url: URL;
  /** Of the whole: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Where the file goes once it is verified; its beginning is kept in `<path>.part`. */
  readonly path: string;
  /** For messages: `prepare the source of debian-12`. */
  readonly action: string;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
  readonly limits?: Partial<DownloadLimits>;
}

const reportEveryMs = 500;

/**
 * Brings a file, going on where an earlier attempt or run ended; it has its name only once its digest is right.
 * The caller makes sure that nobody else downloads to the same path.
 * @throws FleetError, or the signal's reason.
 */
export async function download(request: Download): Promise<void> {
  const file = await PartialFile.open(`${request.path}.part`, request.signal, (bytes) => request.progress(`reading ${prettyBytes(bytes)} of an earlier download`));
  try {
    let found = await receiveAll(file, request);
    if (found !== request.sha256 && file.pieced) {
      // The pieces may be of two versions of the file: only a whole one proves that the server's is wrong.
      request.progress(`${shownUrl(request.url)}: the pieces do not fit together; downloading it again as a whole`);
      await file.restart();
      found = await receiveAll(file, request);
    }
    if (found !== request.sha256) {
      await file.remove();
      throw wrongDigest(request.action, shownUrl(request.url), found, request.sha256, "the download was deleted");
    }
    await file.moveTo(request.path);
  } finally {
    await file.close();
  }
}

/** What to say of a file that is not the one that the facts pin. */
export function wrongDigest(action: string, place: string, found: string, expected: string, outcome: string): FleetError {
  return new FleetError({
    action,
    place,
    cause: `its SHA-256 is ${found}, not ${expected} as the OS facts pin it; ${outcome}`,
    hint: "compare with the digest that the publisher announces; if the file was replaced on purpose, set the new digest in packer/os/",
  });
}

async function receiveAll(file: PartialFile, { url, progress, signal, ...request }: Download): Promise<string> {
  const limits = { ...defaultLimits, ...request.limits };
  const meter = progressMeter(file, url, progress);
  let best = file.position;
  let gained = false;
  const attempt = async (): Promise<void> => {
    try {
      await downloadAttempt(file, url, limits, signal, meter);
    } finally {
      gained = file.position >= best + limits.progressBytes;
      best = Math.max(best, file.position);
    }
  };
  try {
    await pRetry(attempt, {
      retries: limits.retries,
      minTimeout: limits.retryMs,
      maxTimeout: 60_000,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof TransientError && (error.retryAfterMs ?? 0) <= limits.maxRetryAfterMs,
      shouldConsumeRetry: () => !gained,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof TransientError) || retriesLeft === 0) return;
        progress(`${shownUrl(url)}: ${error.message}; trying again`);
        await patience(error, gained, limits, signal);
      },
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : described(error, { url, file, ...request });
  }
  return file.finish();
}

/** p-retry waits by itself, except after an attempt that brought something; what the server asks for comes on top, with jitter. */
async function patience(error: TransientError, gained: boolean, limits: DownloadLimits, signal: AbortSignal): Promise<void> {
  const asked = error.retryAfterMs ?? 0;
  if (asked > limits.maxRetryAfterMs) return;
  const wait = asked > 0 ? asked * (1 + Math.random() / 10) : gained ? limits.retryMs : 0;
  if (wait > 0) await sleep(wait, undefined, { signal });
}

function described(error: unknown, { url, file, action }: { url: URL; file: PartialFile; action: string }): unknown {
  const place = shownUrl(url);
  if (error instanceof RefusedError) return new FleetError({ action, place, cause: error.message, hint: error.hint }, { cause: error });
  if (error instanceof TransientError) {
    const waits = error.retryAfterMs === undefined ? "" : ` and asks to wait ${Math.ceil(error.retryAfterMs / 1000)} s`;
    const kept = file.position > 0 ? `; ${prettyBytes(file.position)} are kept and the next run goes on from there` : "";
    return new FleetError({ action, place, cause: `${error.message}${waits}${kept}`, hint: "check the network and the server, then run the same command again" }, { cause: error });
  }
  const text = error instanceof Error ? error.message : String(error);
  return new FleetError({ action, place: file.path, cause: text, hint: "free some space, or set XDG_CACHE_HOME to a directory with room for it" }, { cause: error });
}

/** `downloading https://...: 45 %, 120 MB of 268 MB, 35 MB/s` */
function progressMeter(file: PartialFile, url: URL, progress: (text: string) => void): () => void {
  const started = performance.now();
  const before = file.position;
  let reported = started;
  return () => {
    const now = performance.now();
    if (now - reported < reportEveryMs) return;
    reported = now;
    const rate = Math.max(0, file.position - before) / ((now - started) / 1000);
    const total = file.origin?.total;
    const share = total ? `${Math.floor((file.position / total) * 100)} %, ` : "";
    progress(`downloading ${shownUrl(url)}: ${share}${prettyBytes(file.position)}${total ? ` of ${prettyBytes(total)}` : ""}, ${prettyBytes(rate)}/s`);
  };
}
