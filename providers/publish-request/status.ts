import { answerDocument, requestDocument, type AnswerDocument, type PublishRequest, type RequestDocument } from "#model/request";
import type { Store } from "#store/store";
import { openEnvelope } from "#providers/seal/dsse";
import { parseRequest } from "#providers/publish-request/statement";

/** `altered`: the store has another one than this stack has written. That, and one that has expired, is asked anew by the next `up`. */
export interface RequestStatus {
  readonly status: "asked" | "carried out" | "superseded" | "refused" | "failed" | "expired" | "altered";
  /** `carried out by images/prod on 2026-11-21T10:00:00.000Z` */
  readonly text: string;
}

type Asked = Pick<PublishRequest, "stack" | "channel" | "image" | "version" | "since" | "expires">;

/** What the store says has become of a request. */
export async function requestStatus(store: Store, asked: Asked, now = Date.now()): Promise<RequestStatus> {
  const [answer, points] = await Promise.all([store.document<AnswerDocument>(answerDocument(asked)), store.document<{ version: string; stack: string }>(`channels/${asked.channel}/${asked.image}`)]);
  return statusOf(asked, answer, points, now);
}

export function statusOf({ channel, version, since, expires }: Asked, answer: AnswerDocument | undefined, points: { readonly version: string; readonly stack: string } | undefined, now: number): RequestStatus {
  const own = answer?.asked === since && answer.version === version ? answer : undefined;
  if (own?.outcome === "carried out") {
    if (points && points.version !== version) return { status: "superseded", text: `superseded: ${points.stack} points ${channel} at ${points.version}` };
    return { status: "carried out", text: `carried out by ${own.stack} on ${own.at}${own.lagging.length > 0 ? `; lags on ${own.lagging.join(", ")}` : ""}` };
  }
  if (Date.parse(expires) <= now) return { status: "expired", text: `expired on ${expires}: nobody has carried it out` };
  if (own?.outcome === "refused") return { status: "refused", text: `refused by ${own.stack} on ${own.at}: ${own.why ?? ""}` };
  if (own) return { status: "failed", text: `not carried out yet: ${own.stack} failed on ${own.at}${own.why === undefined ? "" : `, ${own.why}`}` };
  return { status: "asked", text: `asked on ${since}, until ${expires}; nobody has carried it out yet` };
}

/** What a stack asks now, by its own document: for messages, since nothing is verified. */
export async function ownRequest(store: Store, place: Pick<Asked, "stack" | "channel" | "image">): Promise<PublishRequest | undefined> {
  const document = await store.document<RequestDocument>(requestDocument(place)).catch(() => undefined);
  const envelope = document && openEnvelope(JSON.stringify(document.envelope));
  return envelope && parseRequest(envelope.payload);
}
