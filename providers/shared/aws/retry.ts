import type { AwsPatience } from "#providers/shared/aws/access";
import type { RenewableCredentials } from "#providers/shared/aws/credentials";
import type { Pace } from "#providers/shared/aws/pace";

/** What the SDK tells of a failed attempt. */
interface Failure {
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  readonly error?: unknown;
  readonly retryAfterHint?: Date;
}

interface Turn {
  getRetryCount(): number;
  getRetryDelay(): number;
}

export interface RetryOptions {
  readonly patience: AwsPatience;
  readonly credentials: RenewableCredentials;
  /** Absent: as fast as they come. */
  readonly pace?: Pace;
}

const shortestPauseMs = 100;
const longestHintMs = 120_000;
/** Answered with a status of trouble, and the same each time. */
const final = /^(ConflictException|NotImplemented)$/;
const ended = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/;

/**
 * The one layer in which requests to AWS are tried again: what was throttled, broke off, got no answer or met a server in
 * trouble, with growing, jittered pauses and never before Retry-After; with new credentials where these had ended. Anything
 * else, above all a denied access, fails at once. It is the SDK's retry strategy, so that each attempt is signed anew.
 */
export function patientRetry({ patience, credentials, pace }: RetryOptions) {
  return {
    async acquireInitialRetryToken(): Promise<Turn> {
      await pace?.turn();
      return turn(0, 0);
    },

    async refreshRetryTokenForRetry(token: Turn, { errorType, error, retryAfterHint }: Failure): Promise<Turn> {
      const failed = token.getRetryCount() + 1;
      const { name = "" } = error as Error;
      const expired = ended.test(name);
      if (expired) credentials.renew();
      const hopeless = final.test(name) || (errorType === "CLIENT_ERROR" && !(expired && failed <= 2));
      if (hopeless || failed >= patience.attempts) throw error;
      const hint = Math.min(longestHintMs, retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0);
      if (errorType === "THROTTLING") pace?.slow(hint);
      await pace?.turn();
      return turn(failed, jitteredPause(failed, hint, patience.longestPauseMs));
    },

    recordSuccess(): void {
      // nothing is counted: attempts are limited one by one
    },
  };
}

/** Milliseconds before the next attempt. */
export function jitteredPause(failed: number, hintMs: number, longestMs: number): number {
  const pause = Math.min(longestMs, shortestPauseMs * 2 ** failed) * (0.5 + Math.random() / 2);
  return hintMs > 0 ? hintMs + Math.random() * Math.min(1_000, hintMs) : pause;
}

function turn(count: number, delay: number): Turn {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
