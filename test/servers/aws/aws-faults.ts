import { AwsRefusal } from "./reply.ts";
import type { AwsRequest } from "./request.ts";

/** What goes wrong with a request. */
export type AwsFault =
  /** The service refuses and does nothing: `{ kind: "refuse", code: "InternalError", status: 503 }`. */
  | { readonly kind: "refuse"; readonly code: string; readonly status?: number; readonly message?: string; readonly retryAfter?: number }
  /** Too many requests, in the words of the service that is asked. Seconds. */
  | { readonly kind: "throttle"; readonly retryAfter?: number }
  | { readonly kind: "expired-token" }
  /** What is asked for is not there (yet, or any more): lists are empty, ids not found. */
  | { readonly kind: "absent" }
  /** Nothing is answered, and the connection stays open. */
  | { readonly kind: "silence" }
  /** The connection ends at half of the body; the service does nothing. */
  | { readonly kind: "drop-at-half" }
  /** The service does what it was asked, and the client never learns: the connection ends. */
  | { readonly kind: "lost-reply" }
  /** The answer bears the checksum of other bytes. */
  | { readonly kind: "wrong-checksum" }
  /** The service keeps other bytes than those that it was sent, and says nothing. */
  | { readonly kind: "corrupt" }
  | { readonly kind: "delay"; readonly ms: number };

/** Which requests. */
export interface AwsMatch {
  /** `RegisterImage`, or /^Describe/. Default any. */
  readonly action?: string | RegExp;
  readonly region?: string;
  readonly account?: string;
  readonly where?: (request: AwsRequest) => boolean;
  /** Fitting requests that pass first. Default 0. */
  readonly skip?: number;
  /** Fitting requests that are hit after those. Default 1, or all within `forMs`. */
  readonly times?: number;
  /** How long, from the first one hit. */
  readonly forMs?: number;
}

export interface Rule {
  /** Requests hit so far. */
  readonly hits: number;
  remove(): void;
}

interface Entry<T> {
  readonly match: AwsMatch;
  readonly what: T;
  seen: number;
  hits: number;
  until: number;
}

/** Rules, of which the first that fits and is not used up hits. */
export class Rules<T> {
  #entries: Entry<T>[] = [];

  add(match: AwsMatch, what: T): Rule {
    const entry: Entry<T> = { match, what, seen: 0, hits: 0, until: Infinity };
    this.#entries.push(entry);
    return { get hits() { return entry.hits; }, remove: () => void (this.#entries = this.#entries.filter((other) => other !== entry)) };
  }

  clear(): void {
    this.#entries = [];
  }

  next(request: AwsRequest): T | undefined {
    const fitting = this.#entries.filter(({ match }) => fits(match, request));
    for (const entry of fitting) entry.seen++;
    const hit = fitting.find(({ match, seen, hits, until }) => seen > (match.skip ?? 0) && hits < (match.times ?? (match.forMs ? Infinity : 1)) && Date.now() < until);
    if (!hit) return undefined;
    if (hit.hits++ === 0 && hit.match.forMs !== undefined) hit.until = Date.now() + hit.match.forMs;
    return hit.what;
  }
}

export function fits({ action, region, account, where }: AwsMatch, request: AwsRequest): boolean {
  if (typeof action === "string" ? action !== request.action : action && !action.test(request.action)) return false;
  return (region === undefined || region === request.region) && (account === undefined || account === request.account) && (where?.(request) ?? true);
}

/** The refusal that a fault is, if it is one. */
export function refusalOf(fault: AwsFault | undefined, request: AwsRequest): AwsRefusal | undefined {
  switch (fault?.kind) {
    case "refuse": return new AwsRefusal(fault.code, fault.message ?? "refused", { status: fault.status ?? 400, ...(fault.retryAfter !== undefined && { retryAfter: fault.retryAfter }) });
    case "throttle": return throttled(request, fault.retryAfter);
    case "expired-token": return expired(request);
    default: return undefined;
  }
}

export function throttled({ service }: AwsRequest, retryAfter?: number): AwsRefusal {
  const more = { ...(retryAfter !== undefined && { retryAfter }) };
  if (service === "ebs") return new AwsRefusal("RequestThrottledException", "The number of API requests has exceeded the maximum for the snapshot", { reason: "RESOURCE_LEVEL_THROTTLE", ...more });
  return service === "ec2" ? new AwsRefusal("RequestLimitExceeded", "Request limit exceeded.", { status: 503, ...more }) : new AwsRefusal("ThrottlingException", "Rate exceeded", more);
}

export function expired({ service }: AwsRequest): AwsRefusal {
  const words = "The security token included in the request is expired";
  if (service === "ec2") return new AwsRefusal("RequestExpired", "Request has expired.");
  return new AwsRefusal(service === "ebs" || service === "ssm" ? "ExpiredTokenException" : "ExpiredToken", words, { status: 403 });
}

export function denied({ service, account, action }: AwsRequest): AwsRefusal {
  const words = `arn:aws:iam::${account}:user/test is not authorized to perform: ${service}:${action}`;
  if (service === "ec2") return new AwsRefusal("UnauthorizedOperation", `You are not authorized to perform this operation. ${words}`, { status: 403 });
  return new AwsRefusal(service === "sts" || service === "iam" || service === "s3" ? "AccessDenied" : "AccessDeniedException", words, { status: 403 });
}
