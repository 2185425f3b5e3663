import { setTimeout as sleep } from "node:timers/promises";
import { RestError } from "@azure/storage-blob";
import pRetry, { AbortError } from "p-retry";
import { AzureError } from "#providers/shared/azure/azure-error";
import { azureFault, type Asked } from "#providers/shared/azure/azure-fault";
import { azureLogin } from "#providers/shared/azure/credential";

/** How patient a blob request is. */
export interface BlobPatience {
  /** Milliseconds for one attempt, silence included. Default 2 min. */
  readonly attemptMs: number;
  /** Attempts after the first. Default 7. */
  readonly retries: number;
  /** Milliseconds before the second attempt; they double, up to 20 s, with jitter. Default 500. */
  readonly firstWaitMs: number;
}

export const defaultBlobPatience: BlobPatience = { attemptMs: 120_000, retries: 7, firstWaitMs: 500 };

/** Longest wait that a service may ask for. Milliseconds. */
const longestRetryAfter = 60_000;
/** What a busy service, a proxy before it, or damage on the way is answered with. */
const again = [408, 429, 500, 502, 503, 504];
const damaged = ["Md5Mismatch", "InvalidMd5"];

/** An answer that is not the one to what was sent. */
export class WrongAnswer extends Error {}

/**
 * The one place where requests to a blob service are repeated. Each attempt has a time of its own; Retry-After is honoured; what
 * was refused for good is not asked for again.
 * @throws AzureError
 */
export async function persist<T>(asked: Asked, attempt: (abortSignal: AbortSignal) => Promise<T>, patience: BlobPatience, signal?: AbortSignal): Promise<T> {
  const once = async (): Promise<T> => {
    const own = AbortSignal.timeout(patience.attemptMs);
    try {
      return await attempt(signal ? AbortSignal.any([own, signal]) : own);
    } catch (error) {
      if (signal?.aborted || !isTransient(error, own)) throw new AbortError(error as Error);
      if (statusOf(error) === 401) azureLogin.forget();
      throw error;
    }
  };
  try {
    return await pRetry(once, {
      retries: patience.retries, minTimeout: patience.firstWaitMs, maxTimeout: 20_000, randomize: true,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const asks = retryAfterOf(error);
        if (asks > 0 && retriesLeft > 0) await sleep(asks * (1 + Math.random() / 10), undefined, { ...(signal && { signal }) });
      },
      ...(signal && { signal }),
    });
  } catch (error) {
    throw described(asked, error, patience);
  }
}

function isTransient(error: unknown, own: AbortSignal): boolean {
  if (own.aborted || error instanceof WrongAnswer) return true;
  if (!(error instanceof RestError)) return /^(E[A-Z]+|ERR_STREAM_.*)$/.test(String((error as NodeJS.ErrnoException).code)); // cut off in the middle of an answer
  const status = error.statusCode;
  return status === undefined || status === 401 || again.includes(status) || damaged.includes(error.code ?? "");
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

/** Milliseconds. */
function retryAfterOf(error: unknown): number {
  const text = error instanceof RestError ? error.response?.headers.get("retry-after") : undefined;
  const seconds = Number(text);
  return text && Number.isFinite(seconds) ? Math.min(seconds * 1000, longestRetryAfter) : 0;
}

function described(asked: Asked, error: unknown, { attemptMs }: BlobPatience): unknown {
  if (error instanceof RestError && error.statusCode !== undefined) return azureFault(asked, { status: error.statusCode, ...(error.code !== undefined && { code: error.code }), message: firstLine(error.message) });
  if (error instanceof AzureError || !(error instanceof Error)) return error;
  const silent = error.name === "TimeoutError" || error.name === "AbortError";
  const cause = error instanceof WrongAnswer ? error.message : silent ? `no answer within ${attemptMs / 1000} s` : `the service does not answer: ${firstLine(error.message)}`;
  return new AzureError({ action: asked.action, place: asked.place, cause, hint: "check the network, then run the same command again: what has arrived is not sent twice" }, { cause: error.name });
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
