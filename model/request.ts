import type { ReleaseId } from "#model/release";

/** What a stack asks of the one that has a channel's sites: that the channel points at those bytes. It counts for its signature alone. */
export interface PublishRequest extends ReleaseId {
  readonly channel: string;
  /** Of the disk that was built. */
  readonly sha256: string;
  /** `<project>/<stack>` that asks. */
  readonly stack: string;
  /** RFC 3339, UTC. A request that is older than the last one that was carried out is none. */
  readonly since: string;
  /** RFC 3339, UTC: nobody begins to carry it out afterwards. */
  readonly expires: string;
}

/** `requests/<project>/<stack>/<channel>/<image>` in the store: what a stack asks now. There until it asks for another release, or for none. */
export interface RequestDocument extends ReleaseId {
  readonly schemaVersion: 1;
  /** DSSE, with an in-toto statement. Whoever carries it out believes this alone; the rest is for those who only look. */
  readonly envelope: object;
}

/** `answers/<project>/<stack>/<channel>/<image>` in the store: what became of that request. */
export interface AnswerDocument {
  readonly schemaVersion: 1;
  /** `since` of the request; absent where that cannot be read. */
  readonly asked?: string;
  readonly version?: string;
  readonly outcome: Outcome;
  /** Why it is refused, or where to look. */
  readonly why?: string;
  /** Best-effort sites that do not have it yet, each with why. */
  readonly lagging: readonly string[];
  /** `<project>/<stack>` that answers. */
  readonly stack: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** `since` of the last request that was carried out: an older one is refused. */
  readonly carriedOut?: string;
}

export type Outcome = "carried out" | "refused" | "failed";

/** Who asks, for what. */
export type RequestPlace = Pick<PublishRequest, "stack" | "channel" | "image">;

/** A request as it lies in the store, and what is wrong with it; where nothing is, it is what a trusted key has signed. */
export interface FoundRequest extends RequestPlace {
  /** Absent where it cannot be read. */
  readonly says?: PublishRequest;
  readonly problem?: string;
}

export function requestDocument({ stack, channel, image }: RequestPlace): `requests/${string}` {
  return `requests/${stack}/${channel}/${image}`;
}

export function answerDocument({ stack, channel, image }: RequestPlace): `answers/${string}` {
  return `answers/${stack}/${channel}/${image}`;
}
