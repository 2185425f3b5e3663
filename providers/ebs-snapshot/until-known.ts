import pRetry from "p-retry";
import { AwsError } from "#providers/shared/aws/aws-fault";

/**
 * Asks for something made a moment ago until all of AWS's servers know it: for a while, some answer that there is no such
 * thing. Other failures are passed on at once.
 */
export async function untilKnown<T>(ask: () => Promise<T>, unknownMs: number, signal?: AbortSignal): Promise<T> {
  return pRetry(ask, {
    retries: 1_000, minTimeout: 250, maxTimeout: 5_000, factor: 1.5, randomize: false, maxRetryTime: unknownMs,
    shouldRetry: ({ error }) => error instanceof AwsError && error.notFound,
    ...(signal && { signal }),
  });
}
