/** How patient a download is. Times in milliseconds. */
export interface DownloadLimits {
  /** For each of: looking up the name, connecting, the TLS handshake. Default 20 s. */
  readonly connectMs: number;
  /** Between the request and the first byte of the answer. Default 60 s. */
  readonly responseMs: number;
  /** Without a byte. Default 30 s. */
  readonly stallMs: number;
  /** For one attempt as a whole; the next one goes on where it ended. Default 2 h. */
  readonly attemptMs: number;
  /** Attempts after the first that bring nothing; one that brings `progressBytes` is not counted. Default 5. */
  readonly retries: number;
  /** Default 1 MiB. */
  readonly progressBytes: number;
  /** Before the first retry; doubled for each further one, with jitter, up to a minute. Default 1 s. */
  readonly retryMs: number;
  /** A server that asks for more patience in Retry-After is given up. Default 10 min. */
  readonly maxRetryAfterMs: number;
}

export const defaultLimits: DownloadLimits = {
  connectMs: 20_000,
  responseMs: 60_000,
  stallMs: 30_000,
  attemptMs: 2 * 3600_000,
  retries: 5,
  progressBytes: 1024 * 1024,
  retryMs: 1000,
  maxRetryAfterMs: 600_000,
};
