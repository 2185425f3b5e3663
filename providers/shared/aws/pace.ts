import { setTimeout as sleep } from "node:timers/promises";

/** Requests may come this much earlier than their turn, in milliseconds: timers are coarse. */
const slack = 20;
const slowest = 5;
/** Milliseconds in which several complaints count as one. */
const oneComplaint = 250;

/**
 * How fast requests of one kind may follow each other: as fast as the quota allows, slower once the service has complained,
 * and then faster again bit by bit.
 */
export class Pace {
  private readonly quota: number;
  private rate: number;
  private next = 0;
  private complained = 0;
  private raised = 0;

  /** @param quota Requests a second. */
  constructor(quota: number) {
    this.quota = quota;
    this.rate = quota;
  }

  /** Requests a second at present. */
  get perSecond(): number {
    return this.rate;
  }

  /** Waits for one's turn. */
  async turn(): Promise<void> {
    const now = Date.now();
    this.raise(now);
    const turn = Math.max(this.next, now - slack);
    this.next = turn + 1000 / this.rate;
    if (turn > now + slack) await sleep(turn - now);
  }

  /** One's turn was not used: the next one may have it. */
  giveBack(): void {
    this.next -= 1000 / this.rate;
  }

  /** The service wants fewer requests, and none before `pauseMs` have passed. */
  slow(pauseMs = 0): void {
    const now = Date.now();
    this.next = Math.max(this.next, now + pauseMs);
    if (now - this.complained < oneComplaint) return;
    this.complained = this.raised = now;
    this.rate = Math.max(slowest, this.rate * 0.7);
  }

  /** By a tenth of the quota a second. */
  private raise(now: number): void {
    if (this.rate < this.quota) this.rate = Math.min(this.quota, this.rate + (this.quota / 10) * ((now - this.raised) / 1000));
    this.raised = now;
  }
}
