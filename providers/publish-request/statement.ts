import { z } from "zod";
import { releaseName } from "#model/release";
import type { PublishRequest } from "#model/request";
import { statementType } from "#providers/seal/statement";

/** What tells a request from the seals that the same key signs. */
const predicateType = "urn:imagefleet:publish-request:v1";

const schema = z.strictObject({
  _type: z.literal(statementType),
  subject: z.tuple([z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })]),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({ channel: z.string(), image: z.string(), version: z.string(), stack: z.string(), since: z.iso.datetime(), expires: z.iso.datetime() }),
});

/** A request as an in-toto statement, whose subject is the disk of the release. */
export function requestStatement({ sha256, ...predicate }: PublishRequest): object {
  return { _type: statementType, subject: [{ name: releaseName(predicate), digest: { sha256 } }], predicateType, predicate } satisfies z.input<typeof schema>;
}

/** @returns undefined for what is no request. */
export function parseRequest(payload: Buffer): PublishRequest | undefined {
  try {
    const { subject: [{ name, digest }], predicate } = schema.parse(JSON.parse(payload.toString()));
    return name === releaseName(predicate) ? { ...predicate, ...digest } : undefined;
  } catch {
    return undefined;
  }
}
