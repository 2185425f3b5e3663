/** Part of a second's requests that may come at once: clocks and timers are not exact. */
const burst = 0.1;

/** So many requests a second, by a bucket that fills steadily. */
export class Quota {
  private readonly perSecond: number;
  private tokens: number;
  private filledAt: number;

  constructor(perSecond: number, now = performance.now()) {
    this.perSecond = perSecond;
    this.tokens = perSecond * burst;
    this.filledAt = now;
  }

  /** Whether one more may pass. @param now Milliseconds. */
  take(now = performance.now()): boolean {
    this.tokens = Math.min(this.perSecond * burst, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
