import type { PublishRequest } from "#model/request";
import type { RequestStatus } from "#providers/publish-request/status";

export interface PublishRequestInputs extends Omit<PublishRequest, "since" | "expires"> {
  /** Seconds for which it counts. */
  readonly validFor: number;
}

export interface PublishRequestOutputs extends PublishRequestInputs {
  readonly since: string;
  readonly expires: string;
  /** SHA-256 of the document: what somebody else writes in its place is found. */
  readonly document: string;
  readonly status: RequestStatus["status"];
  /** `correct: <what has become of it>`, or `incorrect: <why nothing has>`. */
  readonly state: string;
}
