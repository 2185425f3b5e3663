import { resolve } from "node:path";
import type { RequestConfig } from "#model/config/types";
import { requestDocument, type FoundRequest, type PublishRequest, type RequestDocument, type RequestPlace } from "#model/request";
import type { Store } from "#store/store";
import { checkSignature } from "#providers/seal/check-signature";
import { openEnvelope } from "#providers/seal/dsse";
import { publicKeys, type TrustedKeys } from "#providers/seal/trusted-keys";
import { projectDir } from "#providers/shared/project";
import { parseRequest } from "#providers/publish-request/statement";

/**
 * What the stacks that may ask ask for a channel of an image. The store is not believed: a request counts when a trusted key has
 * signed that this very stack asks for this very channel and image, and while no other stack asks, too.
 * @throws FleetError where a file of keys cannot be read
 */
export async function findRequests(store: Store, { from, keys: files }: RequestConfig, place: Omit<RequestPlace, "stack">, action: string): Promise<FoundRequest[]> {
  const keys = (await Promise.all(files.map((file) => publicKeys(resolve(projectDir(), file), action)))).flat();
  const all = (await Promise.all(from.map((stack) => findOne(store, { ...place, stack }, keys)))).filter((found) => found !== undefined);
  const counting = all.filter(({ problem }) => problem === undefined);
  if (counting.length < 2) return all;
  const whose = counting.map(({ stack }) => stack).join(" and ");
  return all.map((found) => ({ ...found, problem: found.problem ?? `${whose} ask for ${place.channel} of ${place.image}: one stack alone may` }));
}

async function findOne(store: Store, place: RequestPlace, keys: TrustedKeys): Promise<FoundRequest | undefined> {
  const name = requestDocument(place);
  const document = await store.document<RequestDocument>(name).catch((error: Error) => error);
  if (document === undefined) return undefined;
  if (document instanceof Error) return { ...place, problem: `the request ${name} cannot be read` };
  const envelope = openEnvelope(JSON.stringify(document.envelope));
  const says = envelope && parseRequest(envelope.payload);
  if (!envelope || !says) return { ...place, problem: `${name} is no signed request` };
  const verdicts = await Promise.all(envelope.signatures.map(({ armored }) => checkSignature(envelope.signed, armored, keys)));
  const bad = verdicts.some(({ good }) => good) ? undefined : verdicts.find((verdict) => !verdict.good);
  const problem = bad ? `${bad.problem}: ${bad.detail}` : misplaced(name, says, place);
  return { ...place, says, ...(problem !== undefined && { problem }) };
}

function misplaced(name: string, says: PublishRequest, place: RequestPlace): string | undefined {
  const other = (["stack", "channel", "image"] as const).find((key) => says[key] !== place[key]);
  return other && `${name} is signed for the ${other} ${says[other]}, not ${place[other]}`;
}

/** Why nobody begins to carry out a request, although it is signed. @param last `since` of the last one that was carried out. */
export function outdated({ version, since, expires }: PublishRequest, last: string | undefined, now = Date.now()): string | undefined {
  if (last !== undefined && Date.parse(since) < Date.parse(last)) return `the request for ${version} is of ${since}, and one of ${last} has been carried out since`;
  return Date.parse(expires) <= now ? `the request for ${version} expired on ${expires}` : undefined;
}
