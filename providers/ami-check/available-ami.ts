import { setTimeout as sleep } from "node:timers/promises";
import type { Ami } from "#providers/shared/aws/ami";

/** How long an AMI is waited for. Times in milliseconds. */
export interface Patience {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly attempts: number;
  /** Looks in a row that find no AMI at all, before it counts as gone: a new one may not be seen everywhere for a while. */
  readonly absences: number;
}

/** Copies between regions take up to an hour. */
export const defaultPatience: Patience = { firstPauseMs: 1_000, longestPauseMs: 15_000, attempts: 300, absences: 12 };

/** An AMI may show as available and be absent in the next answer: only so many looks in a row count. */
const inARow = 3;
/** Each of them is told when it is a multiple of this. */
const told = 5;
const dead = /^(failed|invalid|error|deregistered|transient-failure)$/;

/** How the wait ended. */
export type Awaited =
  | { readonly is: "available"; readonly ami: Ami }
  /** It will never be. */
  | { readonly is: "dead"; readonly ami: Ami }
  | { readonly is: "absent" }
  /** It is still on its way: another run goes on waiting. */
  | { readonly is: "late"; readonly ami: Ami | undefined };

/** Waits until an AMI is available, three looks in a row. @param look One look. */
export async function availableAmi(look: () => Promise<Ami | undefined>, progress: (text: string) => void, patience: Patience = defaultPatience): Promise<Awaited> {
  let [good, gone, pause] = [0, 0, patience.firstPauseMs];
  let ami: Ami | undefined;
  for (let attempt = 1; attempt <= patience.attempts; attempt++) {
    ami = await look();
    if (ami && dead.test(ami.state)) return { is: "dead", ami };
    good = ami?.state === "available" ? good + 1 : 0;
    gone = ami ? 0 : gone + 1;
    if (ami && good >= inARow) return { is: "available", ami };
    if (gone >= patience.absences) return { is: "absent" };
    if (attempt % told === 0) progress(`${ami ? `${ami.id} is ${ami.state}` : "it is not there yet"}; attempt ${attempt} of ${patience.attempts}`);
    pause = good > 0 ? patience.firstPauseMs : Math.min(patience.longestPauseMs, pause * 1.5);
    await sleep(pause);
  }
  return { is: "late", ami };
}
