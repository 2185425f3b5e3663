/** What a proxy does to a request instead of passing it on. Offsets are bytes of the request's body, from 0. */
export type Fault =
  /** An answer that the server did not give, after so many bytes of the body (default: at once). The server sees nothing. */
  | { readonly kind: "answer"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly after?: number }
  | { readonly kind: "delay"; readonly ms: number }
  /** Silence, with the connection open. With `after`, the server got so many bytes of the body and waits for more. */
  | { readonly kind: "hang"; readonly after?: number }
  /** Both connections end when the server has got so many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number }
  /** One byte of the body is inverted on its way to the server. */
  | { readonly kind: "flip"; readonly at: number }
  /** The server does what it was asked, and the client never learns. */
  | { readonly kind: "drop-reply" }
  /** The client's connection ends after so many bytes of the reply's body. */
  | { readonly kind: "cut-reply"; readonly after: number };

/** Which requests a rule is for. */
export interface Match {
  /** Default any. */
  readonly method?: string;
  /** Matched against path and query; default any. */
  readonly path?: RegExp;
  /** Matching requests that it lets pass first. Default 0. */
  readonly skip?: number;
  /** Matching requests that it hits after those. Default 1. */
  readonly times?: number;
}

/** A rule at work. */
export interface FaultRule {
  /** Requests that it hit so far. */
  readonly hits: number;
  remove(): void;
}

interface Entry {
  readonly match: Match;
  readonly fault: Fault;
  seen: number;
  hits: number;
}

/** The rules of a proxy, the first that fits and is not used up hits; each counts all requests that fit it. */
export class FaultRules {
  #entries: Entry[] = [];

  add(match: Match, fault: Fault): FaultRule {
    const entry: Entry = { match, fault, seen: 0, hits: 0 };
    this.#entries.push(entry);
    return { get hits() { return entry.hits; }, remove: () => void (this.#entries = this.#entries.filter((other) => other !== entry)) };
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault for a request that has just come. */
  next(method: string, path: string): Fault | undefined {
    const fitting = this.#entries.filter(({ match }) => fits(match, method, path));
    for (const entry of fitting) entry.seen++;
    const entry = fitting.find(({ match, seen, hits }) => seen > (match.skip ?? 0) && hits < (match.times ?? 1));
    if (entry) entry.hits++;
    return entry?.fault;
  }
}

export function fits(match: Match, method: string, path: string): boolean {
  return (match.method === undefined || match.method === method) && (match.path === undefined || path.search(match.path) >= 0);
}
