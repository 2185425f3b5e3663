import type { AnswerDocument, RequestPlace } from "#model/request";

/** What is said to a stack of its request. */
export interface RequestAnswerInputs extends RequestPlace, Pick<AnswerDocument, "asked" | "version" | "outcome" | "why" | "lagging"> {
  /** `<project>/<stack>` that answers; `stack` is the one that asks. */
  readonly by: string;
}

export interface RequestAnswerOutputs extends RequestAnswerInputs {
  readonly at: string;
  /** `since` of the last request that was carried out. */
  readonly carriedOut?: string;
  /** `correct`, `incorrect: <what>` or `unreachable: <why>`. */
  readonly state: string;
}
