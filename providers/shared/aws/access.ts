/** Where in AWS something is done, and as whom. */
export interface AwsAccess {
  /** Name of the site, for messages. */
  readonly site: string;
  readonly region: string;
  /** Profile of the shared configuration files; absent: the usual chain. */
  readonly profile?: string;
  /** ARN of the role to work as. */
  readonly assumeRole?: string;
  /** ARN of a role in another account, which the one above takes. */
  readonly thenAssume?: string;
}

/** How patient requests are. Times in milliseconds. */
export interface AwsPatience {
  /** To be connected. */
  readonly connectMs: number;
  /** From the request to its answer, in each attempt. */
  readonly answerMs: number;
  /** All of them, the first included. */
  readonly attempts: number;
  /** Longest pause between two attempts, unless the service asks for a longer one. */
  readonly longestPauseMs: number;
}

export const defaultPatience: AwsPatience = { connectMs: 10_000, answerMs: 60_000, attempts: 10, longestPauseMs: 10_000 };
